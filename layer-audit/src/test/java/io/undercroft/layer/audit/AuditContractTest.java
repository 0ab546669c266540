package io.undercroft.layer.audit;

import io.undercroft.runtime.QueryText;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.PluginContext;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.undercroft.testkit.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;

/** A storage with a trail keeps every promise of one without. */
class AuditContractTest extends StoragePluginContract {
  private static final Queue<AuditAround> OPENED = new ConcurrentLinkedQueue<>();

  private final AtomicInteger trails = new AtomicInteger();

  @AfterAll
  static void closeTrails() {
    OPENED.forEach(AuditAround::close);
    OPENED.clear();
  }

  @Override
  protected PluginUnderTest plugin(Path temp) {
    return PluginUnderTest.of(new MemoryPlugin(), Map.of())
        .builtIn()
        .scaled(0.05)
        .queryText(query -> QueryText.form().query(QueryText.form().text(query)))
        .indexing(IndexDefinition.Type.values())
        .starting(builder -> audited(builder, temp));
  }

  private Undercroft.Builder audited(Undercroft.Builder builder, Path temp) {
    AuditSettings settings =
        new AuditSettings(
            AuditSettings.Sink.FILE,
            Optional.of(temp.resolve("trails/audit-" + trails.incrementAndGet() + ".jsonl")),
            Optional.empty(),
            AuditSettings.Fsync.NONE,
            Duration.ofSeconds(1),
            1 << 20,
            Optional.empty(),
            Duration.ofSeconds(1),
            true,
            AuditSettings.OnFailure.FAIL);
    PluginContext context = new GivenContext(Subject.NAME);
    AuditAround around =
        new AuditAround(FileTrail.open(settings, context), settings, context, System::nanoTime);
    OPENED.add(around);
    return builder.wrap(Subject.NAME, around);
  }
}
