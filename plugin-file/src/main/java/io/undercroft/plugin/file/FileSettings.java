package io.undercroft.plugin.file;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What the configuration of one storage says.
 *
 * @param path the folder, or the document if its name ends in {@code .json}; absolute
 * @param pretty whether JSON is laid out for people
 * @param encoding the character encoding of JSON on the disk
 * @param atomic whether a value is replaced as a whole, or written over in place
 * @param durability whether a write waits for the disk
 * @param access whether this process may write
 * @param watchInterval how often to look for changes where the file system does not tell them
 * @param subfolders over how many subfolders the files of a folder are spread; 1 for none
 */
record FileSettings(
    Path path,
    boolean pretty,
    Charset encoding,
    boolean atomic,
    Durability durability,
    Access access,
    Duration watchInterval,
    int subfolders) {
  /** When a write is acknowledged. */
  enum Durability {
    /** When it is on the disk. */
    FULL,
    /** When the operating system has it: a power cut may take the last writes away. */
    RELAXED
  }

  /** What this process may do. */
  enum Access {
    /** Everything; one process at a time. */
    READ_WRITE,
    /** Read, beside a process that writes. */
    READ_ONLY
  }

  static final Option<Path> PATH =
      Option.path("path")
          .doc("folder of one file per key, or a name ending in .json for one document of all")
          .required();
  static final Option<Boolean> PRETTY =
      Option.bool("pretty").doc("lay JSON out for people").orElse(true);
  static final Option<Charset> ENCODING =
      Option.charset("encoding")
          .doc("character encoding of JSON files")
          .orElse(StandardCharsets.UTF_8)
          .check(Charset::canEncode, "must be an encoding that can also be written");
  static final Option<Boolean> ATOMIC =
      Option.bool("atomic")
          .doc(
              "replace a file as a whole; false writes over it in place: a crash may leave half of"
                  + " it, and commits are not offered")
          .orElse(true);
  static final Option<Durability> DURABILITY =
      Option.choice("durability", Durability.class)
          .doc(
              "full: a write waits until it is on the disk; relaxed: a power cut may take the last"
                  + " writes away, or leave a value empty")
          .orElse(Durability.FULL);
  static final Option<Access> ACCESS =
      Option.choice("access", Access.class)
          .doc("read-only opens beside a process that writes, and changes nothing")
          .orElse(Access.READ_WRITE);
  static final Option<Duration> WATCH_INTERVAL =
      Option.duration("watch-interval")
          .doc("how often to look for changes by others where the file system does not tell them")
          .orElse(Duration.ofSeconds(2))
          .atLeast(Duration.ofMillis(10));
  static final Option<Integer> SUBFOLDERS =
      Option.integer("subfolders")
          .doc(
              "spread the files of a folder over this many subfolders (1: none), so that many"
                  + " threads write faster; stays as it is while there are entries")
          .orElse(1)
          .check(Subfolders::mayBe, "must be a power of two from 1 to " + Subfolders.MOST);

  static final List<Option<?>> ALL =
      List.of(PATH, PRETTY, ENCODING, ATOMIC, DURABILITY, ACCESS, WATCH_INTERVAL, SUBFOLDERS);

  static FileSettings of(Settings settings) {
    return new FileSettings(
        settings.get(PATH).toAbsolutePath().normalize(),
        settings.get(PRETTY),
        settings.get(ENCODING),
        settings.get(ATOMIC),
        settings.get(DURABILITY),
        settings.get(ACCESS),
        settings.get(WATCH_INTERVAL),
        settings.get(SUBFOLDERS));
  }

  /** Returns whether all entries are in one document. */
  boolean isDocument() {
    Path name = path.getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(".json");
  }

  boolean isReadOnly() {
    return access == Access.READ_ONLY;
  }

  boolean isDurable() {
    return durability == Durability.FULL;
  }
}
