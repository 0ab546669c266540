package io.undercroft.layer.cache;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.List;

/**
 * The layer {@code cache}: keeps entries that were read in this process's heap, with Caffeine, and
 * forgets them when they change.
 *
 * <p>What this process writes, through whatever facet, is read back at once. What others write is
 * read when the backend has told it, or when the entry is older than {@code expire-after-write};
 * the storage's info says which. Transactions, scans, queries and reads at a chosen consistency go
 * past it.
 *
 * <p>A write whose outcome is unknown may take effect later, and then counts as one by others; so
 * does one through a facet of a plugin's own.
 */
public final class CacheLayerPlugin implements LayerPlugin {
  static final Option<Long> MAX_ENTRIES =
      Option.longs("max-entries")
          .doc("how many entries at most; 10,000 if neither this nor max-bytes is set")
          .atLeast(1L)
          .optional();
  static final Option<Long> MAX_BYTES =
      Option.bytes("max-bytes")
          .doc("how many bytes of heap at most, roughly; instead of max-entries")
          .atLeast(1L)
          .optional();
  static final Option<Duration> EXPIRE_AFTER_WRITE =
      Option.duration("expire-after-write")
          .doc("forget an entry so long after it was read from the backend; bounds its staleness")
          .atLeast(Duration.ofMillis(1))
          .optional();
  static final Option<Duration> EXPIRE_AFTER_ACCESS =
      Option.duration("expire-after-access")
          .doc("forget an entry that nobody has read for so long")
          .atLeast(Duration.ofMillis(1))
          .optional();
  static final Option<Duration> REFRESH_AHEAD =
      Option.duration("refresh-ahead")
          .doc("read an entry of this age anew in the background when it is asked for")
          .atLeast(Duration.ofMillis(1))
          .optional();
  static final Option<Boolean> REMEMBER_MISSES =
      Option.bool("remember-misses").doc("keep in mind which keys have no entry").orElse(false);
  static final Option<Boolean> WATCH =
      Option.bool("watch")
          .doc("forget what the backend tells to be changed by others, where it tells that")
          .orElse(true);
  static final Option<Boolean> STATISTICS =
      Option.bool("statistics")
          .doc("count for the info: cache.hits, .misses, .loads, .evictions, .entries")
          .orElse(false);

  private static final long USUAL_ENTRIES = 10_000;

  /** Does no work, as {@link LayerPlugin} asks. */
  public CacheLayerPlugin() {}

  @Override
  public String id() {
    return CacheLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(
        MAX_ENTRIES,
        MAX_BYTES,
        EXPIRE_AFTER_WRITE,
        EXPIRE_AFTER_ACCESS,
        REFRESH_AHEAD,
        REMEMBER_MISSES,
        WATCH,
        STATISTICS);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    if (settings.find(MAX_ENTRIES).isPresent() && settings.find(MAX_BYTES).isPresent()) {
      throw wrong("max-entries and max-bytes are both set; set one of them");
    }
    settings
        .find(REFRESH_AHEAD)
        .filter(
            age ->
                settings
                    .find(EXPIRE_AFTER_WRITE)
                    .filter(end -> age.compareTo(end) >= 0)
                    .isPresent())
        .ifPresent(
            age -> {
              throw wrong(
                  "refresh-ahead=%s is not shorter than expire-after-write=%s, so no entry would get that old; set a shorter one"
                      .formatted(age, settings.get(EXPIRE_AFTER_WRITE)));
            });
    Bounds bounds =
        settings
            .find(MAX_BYTES)
            .map(Bounds::bytes)
            .orElseGet(() -> Bounds.entries(settings.find(MAX_ENTRIES).orElse(USUAL_ENTRIES)));
    bounds =
        new Bounds(
            bounds.most(),
            bounds.inBytes(),
            settings.find(EXPIRE_AFTER_WRITE),
            settings.find(EXPIRE_AFTER_ACCESS),
            settings.find(REFRESH_AHEAD),
            settings.get(REMEMBER_MISSES),
            settings.get(STATISTICS));
    return new CacheLayer(bounds, settings.get(WATCH), context);
  }

  private static StorageException wrong(String what) {
    return StorageException.of(ErrorCode.INVALID_CONFIG, "layer 'cache': " + what);
  }
}
