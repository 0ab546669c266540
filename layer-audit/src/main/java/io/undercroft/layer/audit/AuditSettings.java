package io.undercroft.layer.audit;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is configured of one trail.
 *
 * @param sink where the records go
 * @param path the file of the sink FILE
 * @param storage the storage of the sink STORAGE
 * @param fsync when the disk must have what was written
 * @param fsyncInterval how often, with INTERVAL
 * @param maxSize the size in bytes from which on a file is put aside
 * @param anchor a file outside of the trail that keeps its head
 * @param anchorInterval how old it may get while there are new records
 * @param reads whether reads are recorded
 * @param onFailure what happens to operations that cannot be recorded
 */
record AuditSettings(
    Sink sink,
    Optional<Path> path,
    Optional<String> storage,
    Fsync fsync,
    Duration fsyncInterval,
    long maxSize,
    Optional<Path> anchor,
    Duration anchorInterval,
    boolean reads,
    OnFailure onFailure) {
  private static final long LEAST_SIZE = 4 << 10;
  private static final long DEFAULT_SIZE = 64 << 20;

  private static final Option<Sink> SINK =
      Option.choice("sink", Sink.class)
          .doc("where the records go: a file, another storage, SLF4J or CDI events")
          .orElse(Sink.FILE);
  private static final Option<Path> PATH =
      Option.path("path")
          .doc("the file of the trail, with sink=file; one for each storage and process")
          .optional();
  private static final Option<String> STORAGE =
      Option.string("storage")
          .doc("the storage of the trail, with sink=storage; one entry a record, under NAME/number")
          .optional();
  private static final Option<Fsync> FSYNC =
      Option.choice("fsync", Fsync.class)
          .doc(
              "when the disk must have a record: before its operation is answered, at intervals, or at no time")
          .orElse(Fsync.EVERY);
  private static final Option<Duration> FSYNC_INTERVAL =
      Option.duration("fsync-interval")
          .doc("how often, with fsync=interval")
          .orElse(Duration.ofSeconds(1))
          .atLeast(Duration.ofMillis(1));
  private static final Option<Long> MAX_SIZE =
      Option.bytes("max-size")
          .doc("the size from which on a file is put aside and the chain goes on in a new one")
          .orElse(DEFAULT_SIZE)
          .atLeast(LEAST_SIZE);
  private static final Option<Path> ANCHOR =
      Option.path("anchor")
          .doc(
              "a file that keeps the head of the chain; best where who may write the trail may not write")
          .optional();
  private static final Option<Duration> ANCHOR_INTERVAL =
      Option.duration("anchor-interval")
          .doc(
              "how old the anchor may get while records are written; it is always written at close")
          .orElse(Duration.ofSeconds(1))
          .atLeast(Duration.ofMillis(1));
  private static final Option<Boolean> READS =
      Option.bool("reads").doc("whether reads are recorded, too").orElse(false);
  private static final Option<OnFailure> ON_FAILURE =
      Option.choice("on-failure", OnFailure.class)
          .doc("fail: what cannot be recorded is not done; log: it is done, and the log says so")
          .orElse(OnFailure.FAIL);

  static final List<Option<?>> ALL =
      List.of(
          SINK,
          PATH,
          STORAGE,
          FSYNC,
          FSYNC_INTERVAL,
          MAX_SIZE,
          ANCHOR,
          ANCHOR_INTERVAL,
          READS,
          ON_FAILURE);

  /** Where the records go. */
  enum Sink {
    FILE,
    STORAGE,
    LOG,
    EVENT
  }

  /** When the disk must have what was written. */
  enum Fsync {
    EVERY,
    INTERVAL,
    NONE
  }

  /** What becomes of operations that cannot be recorded. */
  enum OnFailure {
    FAIL,
    LOG
  }

  /**
   * Reads the settings.
   *
   * @throws StorageException INVALID_CONFIG if they contradict each other
   */
  static AuditSettings of(Settings settings) {
    AuditSettings audit =
        new AuditSettings(
            settings.get(SINK),
            settings.find(PATH),
            settings.find(STORAGE),
            settings.get(FSYNC),
            settings.get(FSYNC_INTERVAL),
            settings.get(MAX_SIZE),
            settings.find(ANCHOR),
            settings.get(ANCHOR_INTERVAL),
            settings.get(READS),
            settings.get(ON_FAILURE));
    audit.requireOwn(Sink.FILE, PATH, audit.path);
    audit.requireOwn(Sink.STORAGE, STORAGE, audit.storage);
    if ((audit.sink == Sink.LOG || audit.sink == Sink.EVENT) && audit.anchor.isPresent()) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "audit.anchor is set, but with sink="
              + audit.sink.name().toLowerCase(Locale.ROOT)
              + " there is nothing to compare it with; take it"
              + " away");
    }
    return audit;
  }

  private void requireOwn(Sink owner, Option<?> option, Optional<?> value) {
    if ((sink == owner) != value.isPresent()) {
      String name = "audit." + option.name();
      String with = "sink=" + owner.name().toLowerCase(Locale.ROOT);
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          value.isPresent()
              ? name + " is set, but belongs to " + with + "; take it away"
              : name + " is not set, but " + with + " requires it: " + option.doc());
    }
  }

  Path requiredPath() {
    return path.orElseThrow();
  }
}
