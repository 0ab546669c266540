package io.undercroft.layer.tier;

import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storages of the warm and the cold tier.
 *
 * <p><b>Threads:</b> safe for concurrent use. Each is opened when it is first needed, so that one
 * that is not there keeps nobody from the others.
 */
final class Colder {
  private static final Logger LOG = LoggerFactory.getLogger(Colder.class);

  private final Map<Tier, Supplier<Facets>> storages = new EnumMap<>(Tier.class);

  Colder(TierSettings settings, PluginContext context) {
    settings.warm().ifPresent(name -> storages.put(Tier.WARM, context.storage(name)));
    settings.cold().ifPresent(name -> storages.put(Tier.COLD, context.storage(name)));
  }

  /** Returns the tiers, the warmest first. */
  Set<Tier> tiers() {
    return storages.keySet();
  }

  /** Returns what a tier holds. */
  KeyValue of(Tier tier) {
    Supplier<Facets> storage = storages.get(tier);
    if (storage == null) {
      throw TierSettings.invalid(
          "an entry lies in the tier '%s', which has no storage any more; set tier.%s again"
              .formatted(tier.word(), tier.word()));
    }
    return storage.get().require(KeyValue.class);
  }

  /**
   * Returns the copy that a stub stands for, or what lies there instead.
   *
   * @throws StorageException naming the tier if it does not answer
   */
  Optional<StoredEntry> copy(String key, Stub stub) {
    try {
      return of(stub.tier()).get(key);
    } catch (StorageException e) {
      throw unreachable(stub.tier(), e);
    }
  }

  static StorageException unreachable(Tier tier, StorageException cause) {
    return StorageException.of(
        cause.code(), "the tier '" + tier.word() + "' does not answer: " + cause.reason(), cause);
  }

  /** Takes a copy away that nothing stands for any more; if that fails, the next sweep does. */
  void drop(String key, Stub stub) {
    try {
      of(stub.tier()).delete(key, Precondition.version(stub.copy()));
    } catch (StorageException e) {
      LOG.debug("a copy in the tier '{}' is left to the next sweep", stub.tier().word(), e);
    }
  }
}
