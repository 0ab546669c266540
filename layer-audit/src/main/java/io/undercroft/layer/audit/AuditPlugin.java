package io.undercroft.layer.audit;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The layer {@code audit}: records who did what to which key, when and with what outcome; never a
 * value.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no state.
 */
public final class AuditPlugin implements LayerPlugin {
  /** Does no work. */
  public AuditPlugin() {}

  @Override
  public String id() {
    return AuditAround.ID;
  }

  @Override
  public List<Option<?>> options() {
    return AuditSettings.ALL;
  }

  @Override
  public Set<String> storages(Settings settings) {
    return AuditSettings.of(settings).storage().map(Set::of).orElse(Set.of());
  }

  @Override
  public Optional<Object> tool(Settings settings, PluginContext context) {
    AuditSettings audit = AuditSettings.of(settings);
    Optional<Anchor> anchor = audit.anchor().map(Anchor::new);
    return switch (audit.sink()) {
      case FILE -> Optional.of(new FileRecords(new Segments(audit.requiredPath()), anchor));
      case STORAGE ->
          Optional.of(
              new StorageRecords(
                  context.storage(), context.storage(audit.storage().orElseThrow()), anchor));
      case LOG, EVENT -> Optional.empty();
    };
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    AuditSettings audit = AuditSettings.of(settings);
    Trail trail =
        switch (audit.sink()) {
          case FILE -> FileTrail.open(audit, context);
          case STORAGE -> StorageTrail.open(audit, context);
          case LOG -> PassedOn.toLog(context);
          case EVENT -> PassedOn.toObservers(context);
        };
    return new AuditAround(trail, audit, context, System::nanoTime);
  }
}
