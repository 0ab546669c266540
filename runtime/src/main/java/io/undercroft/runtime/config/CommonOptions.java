package io.undercroft.runtime.config;

import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext.AccessPattern;
import io.undercroft.spi.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The settings that mean the same for every storage, and those of plugins as such. */
public final class CommonOptions {
  static final String JSON = "json";
  static final String NONE = "none";

  private static final Pattern CLASS_NAME =
      Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(?:\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");

  static final Option<String> TYPE =
      Option.string("type")
          .doc("id of the plugin that holds it; memory if no storage is configured at all");
  static final Option<List<String>> LAYERS =
      Option.list("layers").doc("ids of the layers around it, outermost first");
  static final Option<List<String>> BINDINGS =
      Option.list("bindings")
          .doc("classes of CDI interceptor bindings whose interceptors are called around it")
          .check(
              names -> names.stream().allMatch(name -> CLASS_NAME.matcher(name).matches()),
              "must be names of classes, separated by commas");
  static final Option<String> CODEC =
      Option.string("codec")
          .doc("id of a codec provider, such as jackson, instead of the built-in codecs");
  static final Option<String> FORMAT =
      Option.string("format").doc("how values are written: json, msgpack or protobuf").orElse(JSON);
  static final Option<String> COMPRESSION =
      Option.string("compression")
          .doc("how values are compressed: none, gzip, lz4, snappy or zstd")
          .orElse(NONE);
  static final Option<Emulation> EMULATION =
      Option.choice("emulation", Emulation.class)
          .doc(
              "auto: the runtime does what the backend cannot do itself; native-only: it is refused")
          .orElse(Emulation.AUTO);
  static final Option<Boolean> READ_ONLY =
      Option.bool("read-only").doc("whether every write is refused").orElse(false);
  static final Option<InsideJta> JTA =
      Option.choice("jta", InsideJta.class)
          .doc(
              "refuse: in a server, no writes inside a JTA transaction that the backend cannot join;"
                  + " ignore: they are done at once, whatever becomes of it")
          .orElse(InsideJta.REFUSE);
  static final Option<Boolean> REQUIRED =
      Option.bool("required")
          .doc("false: it is opened at its first use, and the start does not fail with it")
          .orElse(true);
  static final Option<Boolean> DEBUG =
      Option.bool("debug").doc("whether every call is logged: keys, never values").orElse(false);
  static final Option<Integer> HISTORY_CHANGES =
      Option.integer("history.changes")
          .doc("how many changes to keep for a watch that comes back; 0 for none")
          .orElse(10_000)
          .atLeast(0);
  static final Option<Long> HISTORY_BYTES =
      Option.bytes("history.bytes")
          .doc("how many bytes of changes to keep at most")
          .orElse(16L << 20)
          .atLeast(0L);
  static final Option<Duration> HISTORY_TIME =
      Option.duration("history.time")
          .doc("how long to keep changes after the last watch has gone")
          .orElse(Duration.ofMinutes(5))
          .atLeast(Duration.ZERO);
  static final Option<Long> EXPECTED_SIZE =
      Option.longs("hints.expected-size")
          .doc("how many entries to expect; a backend may make room for them")
          .atLeast(0L);
  static final Option<AccessPattern> ACCESS_PATTERN =
      Option.of("hints.access-pattern", "one of " + patterns(), CommonOptions::pattern)
          .doc("how it will be used; a backend may prepare for that");

  /** What every storage has. */
  public static final List<Option<?>> STORAGE =
      List.of(
          TYPE,
          LAYERS,
          BINDINGS,
          CODEC,
          FORMAT,
          COMPRESSION,
          EMULATION,
          READ_ONLY,
          JTA,
          REQUIRED,
          DEBUG,
          HISTORY_CHANGES,
          HISTORY_BYTES,
          HISTORY_TIME,
          EXPECTED_SIZE,
          ACCESS_PATTERN);

  static final String PLUGINS = "plugins";
  static final Option<Path> PLUGINS_PATH =
      Option.path("plugins.path")
          .doc("the folder that holds the plugins")
          .orElse(Path.of("plugins"));
  static final Option<PluginSettings.Trust> PLUGINS_TRUST =
      Option.choice("plugins.trust", PluginSettings.Trust.class)
          .doc(
              "which are loaded: all; those whose SHA-256 is on the list; those that a known key signed")
          .orElse(PluginSettings.Trust.OPEN);
  static final Option<Path> PLUGINS_LOCK =
      Option.path("plugins.lock")
          .doc("the list for trust=lock; otherwise plugins.lock in the folder");
  static final Option<Path> PLUGINS_TRUSTSTORE =
      Option.path("plugins.truststore").doc("a key store or PEM file with signers' certificates");
  static final Option<Secret> PLUGINS_TRUSTSTORE_PASSWORD =
      Option.secret("plugins.truststore-password").doc("the key store's password");
  static final Option<Path> PLUGINS_STAGING =
      Option.path("plugins.staging")
          .doc(
              "where private copies of the jars are made; otherwise the folder for temporary files");

  /** What stands under {@code storage.plugins} once for all. */
  public static final List<Option<?>> ALL_PLUGINS =
      List.of(
          PLUGINS_PATH,
          PLUGINS_TRUST,
          PLUGINS_LOCK,
          PLUGINS_TRUSTSTORE,
          PLUGINS_TRUSTSTORE_PASSWORD,
          PLUGINS_STAGING);

  private static final Set<String> RESERVED =
      Set.of(
          "type",
          PLUGINS,
          "layers",
          "bindings",
          "codec",
          "format",
          "compression",
          "emulation",
          "read-only",
          "jta",
          "required",
          "id",
          "debug",
          "history",
          "hints");

  private CommonOptions() {}

  /** What becomes of a write inside a transaction that it does not belong to. */
  enum InsideJta {
    REFUSE,
    IGNORE
  }

  /** Whether the runtime may do what a backend cannot. */
  enum Emulation {
    AUTO,
    NATIVE_ONLY
  }

  /** Returns whether no plugin may declare this option: its first word is one of ours. */
  static boolean isReserved(String option) {
    return RESERVED.contains(firstWord(option));
  }

  /** Returns what stands before the first dot. */
  static String firstWord(String option) {
    int dot = option.indexOf('.');
    return dot < 0 ? option : option.substring(0, dot);
  }

  private static String patterns() {
    return Arrays.stream(AccessPattern.values())
        .filter(pattern -> pattern != AccessPattern.UNKNOWN)
        .map(CommonOptions::word)
        .collect(Collectors.joining(", "));
  }

  private static AccessPattern pattern(String text) {
    for (AccessPattern pattern : AccessPattern.values()) {
      if (pattern != AccessPattern.UNKNOWN && word(pattern).equals(text)) {
        return pattern;
      }
    }
    throw new IllegalArgumentException("must be one of " + patterns());
  }

  /** Returns how a constant is written in configuration. */
  static String word(Enum<?> constant) {
    return constant.toString().equals(constant.name())
        ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : constant.toString();
  }
}
