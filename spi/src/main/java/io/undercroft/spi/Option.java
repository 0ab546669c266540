package io.undercroft.spi;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One setting that a plugin understands: its name, type, default, documentation and checks. The
 * runtime reads, validates, documents and masks by it.
 *
 * <pre>{@code
 * static final Option<Duration> TIMEOUT =
 *     Option.duration("timeout").doc("per command").orElse(Duration.ofSeconds(2)).atLeast(Duration.ofMillis(1));
 * }</pre>
 *
 * <p><b>Threads:</b> immutable; every method returns a new one. Two options are the same setting if
 * their names are equal.
 */
public final class Option<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([-.][a-z0-9]+)*");
  private static final Pattern AMOUNT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([a-zA-Z]*)");
  private static final String BYTES = "size in bytes";
  private static final Pattern USER_INFO = Pattern.compile("(?s)(?<=//).*@");

  private final String name;
  private final String type;
  private final Function<String, T> parser;
  private final String doc;
  private final boolean secret;
  private final boolean required;
  private final @Nullable T fallback;
  private final List<Rule<T>> rules;

  private record Rule<T>(Predicate<T> holds, String words) {}

  private record Unit(String name, long size) {}

  private static final List<Unit> TIMES =
      List.of(
          new Unit("d", 86_400_000_000_000L),
          new Unit("h", 3_600_000_000_000L),
          new Unit("m", 60_000_000_000L),
          new Unit("s", 1_000_000_000L),
          new Unit("ms", 1_000_000L),
          new Unit("us", 1_000L),
          new Unit("ns", 1L));

  private static final List<Unit> SIZES =
      List.of(
          new Unit("TiB", 1L << 40),
          new Unit("GiB", 1L << 30),
          new Unit("MiB", 1L << 20),
          new Unit("KiB", 1L << 10));

  private Option(
      String name,
      String type,
      Function<String, T> parser,
      String doc,
      boolean secret,
      boolean required,
      @Nullable T fallback,
      List<Rule<T>> rules) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "option name '" + name + "' must be words of [a-z0-9] joined by '-' or '.'");
    }
    this.name = name;
    this.type = type;
    this.parser = parser;
    this.doc = doc;
    this.secret = secret;
    this.required = required;
    this.fallback = fallback;
    this.rules = rules;
  }

  /**
   * Returns an option of a type of the plugin's own.
   *
   * @param name words of {@code [a-z0-9]} joined by {@code -} or {@code .}
   * @param type what to call the type in a message: {@code "host:port"}
   * @param parser makes a value of a text, or throws {@link IllegalArgumentException} with what is
   *     expected, never with the text itself
   */
  public static <T> Option<T> of(String name, String type, Function<String, T> parser) {
    return new Option<>(
        name,
        Objects.requireNonNull(type, "type"),
        Objects.requireNonNull(parser, "parser"),
        "",
        false,
        false,
        null,
        List.of());
  }

  /** A text, not empty. */
  public static Option<String> string(String name) {
    return of(name, "text", text -> text).check(text -> !text.isEmpty(), "must not be empty");
  }

  /** A text that is never shown. */
  public static Option<Secret> secret(String name) {
    Option<Secret> option = of(name, "secret", Secret::new);
    return new Option<>(
        option.name, option.type, option.parser, "", true, false, null, option.rules);
  }

  /** {@code true} or {@code false}. */
  public static Option<Boolean> bool(String name) {
    return of(
        name,
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "yes", "on" -> true;
              case "false", "no", "off" -> false;
              default -> throw new IllegalArgumentException("must be true or false");
            });
  }

  /** A whole number of 32 bits. */
  public static Option<Integer> integer(String name) {
    return of(name, "whole number", text -> number(text, Integer::valueOf));
  }

  /** A whole number of 64 bits. */
  public static Option<Long> longs(String name) {
    return of(name, "whole number", text -> number(text, Long::valueOf));
  }

  private static <N> N number(String text, Function<String, N> parse) {
    try {
      return parse.apply(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a whole number in its range", e);
    }
  }

  /**
   * A time span: {@code 500ms}, {@code 2s}, {@code 5m}, {@code 1h}, {@code 7d}, or ISO 8601: {@code
   * PT2S}.
   */
  public static Option<Duration> duration(String name) {
    return of(name, "duration", Option::parseDuration);
  }

  private static Duration parseDuration(String text) {
    String expected = "must be a duration such as 500ms, 2s, 5m, 1h, 7d or PT2S";
    try {
      if (text.startsWith("P") || text.startsWith("-P")) {
        return Duration.parse(text);
      }
      Matcher amount = AMOUNT.matcher(text);
      if (!amount.matches()) {
        throw new IllegalArgumentException(expected);
      }
      long nanosPerUnit =
          switch (amount.group(2)) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m", "min" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 86_400_000_000_000L;
            default -> throw new IllegalArgumentException(expected);
          };
      BigDecimal[] parts =
          new BigDecimal(amount.group(1))
              .multiply(BigDecimal.valueOf(nanosPerUnit))
              .divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
      return Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValue());
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException(expected, e);
    }
  }

  /**
   * A number of bytes: {@code 4096}, {@code 64KB}, {@code 16MiB}, {@code 1GiB}; KB and KiB both
   * mean 1,024.
   */
  public static Option<Long> bytes(String name) {
    return of(
        name,
        BYTES,
        text -> {
          String expected = "must be a size such as 4096, 64KB, 16MiB or 1GiB";
          Matcher amount = AMOUNT.matcher(text);
          if (!amount.matches()) {
            throw new IllegalArgumentException(expected);
          }
          int shift =
              switch (amount.group(2).toLowerCase(Locale.ROOT)) {
                case "", "b" -> 0;
                case "k", "kb", "kib" -> 10;
                case "m", "mb", "mib" -> 20;
                case "g", "gb", "gib" -> 30;
                case "t", "tb", "tib" -> 40;
                default -> throw new IllegalArgumentException(expected);
              };
          try {
            return new BigDecimal(amount.group(1))
                .multiply(BigDecimal.valueOf(1L << shift))
                .longValueExact();
          } catch (ArithmeticException e) {
            throw new IllegalArgumentException(expected, e);
          }
        });
  }

  /** A path of the default file system; relative ones start at the working directory. */
  public static Option<Path> path(String name) {
    return of(
            name,
            "path",
            text -> {
              try {
                return Path.of(text);
              } catch (InvalidPathException e) {
                throw new IllegalArgumentException("must be a path: " + e.getReason(), e);
              }
            })
        .check(path -> !path.toString().isEmpty(), "must not be empty");
  }

  /** An absolute URI; user and password in it are masked wherever it is shown. */
  public static Option<URI> uri(String name) {
    return of(
        name,
        "URI",
        text -> {
          URI uri;
          try {
            uri = URI.create(text);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be a URI such as scheme://host:port/path");
          }
          if (!uri.isAbsolute()) {
            throw new IllegalArgumentException(
                "must start with a scheme, such as scheme://host:port/path");
          }
          return uri;
        });
  }

  /** A character encoding of the Java platform. */
  public static Option<Charset> charset(String name) {
    return of(
        name,
        "character encoding",
        text -> {
          try {
            return Charset.forName(text);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be a character encoding such as UTF-8", e);
          }
        });
  }

  /** One of an enum's constants, written in lower case with {@code -} for {@code _}. */
  public static <E extends Enum<E>> Option<E> choice(String name, Class<E> type) {
    E[] constants = Objects.requireNonNull(type.getEnumConstants(), "not an enum");
    String words = Arrays.stream(constants).map(Option::wireName).collect(Collectors.joining(", "));
    return of(
        name,
        "one of " + words,
        text -> {
          for (E constant : constants) {
            if (wireName(constant).equals(text)) {
              return constant;
            }
          }
          throw new IllegalArgumentException("must be one of " + words);
        });
  }

  private static String wireName(Object constant) {
    return constant.toString().equals(((Enum<?>) constant).name())
        ? ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-')
        : constant.toString();
  }

  /** A list of texts, separated by commas; blanks around them are dropped. */
  public static Option<List<String>> list(String name) {
    return of(
        name,
        "comma-separated list",
        text ->
            Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList());
  }

  /** Returns this option with its documentation: one line, what it is for. */
  public Option<T> doc(String text) {
    return new Option<>(name, type, parser, text, secret, required, fallback, rules);
  }

  /** Returns this option, without which a storage does not open. */
  public Option<T> required() {
    if (fallback != null) {
      throw new IllegalStateException("option '" + name + "' has a default: it is never missing");
    }
    return new Option<>(name, type, parser, doc, secret, true, null, rules);
  }

  /** Returns this option, which may be missing; what an option is unless something else is said. */
  public Option<T> optional() {
    return new Option<>(name, type, parser, doc, secret, false, null, rules);
  }

  /** Returns this option with a default. */
  public Option<T> orElse(T value) {
    if (required) {
      throw new IllegalStateException("option '" + name + "' is required: it needs no default");
    }
    return new Option<>(
        name, type, parser, doc, secret, false, Objects.requireNonNull(value, "value"), rules);
  }

  /**
   * Returns this option with a further check; the words go after the name: {@code "must be a power
   * of two"}.
   */
  public Option<T> check(Predicate<T> holds, String words) {
    List<Rule<T>> more = new ArrayList<>(rules);
    more.add(new Rule<>(Objects.requireNonNull(holds, "holds"), words));
    return new Option<>(name, type, parser, doc, secret, required, fallback, List.copyOf(more));
  }

  /** Returns this option refusing what is less; for types that are {@link Comparable}. */
  public Option<T> atLeast(T least) {
    return check(value -> compare(value, least) >= 0, "must be at least " + written(least));
  }

  /** Returns this option refusing what is more; for types that are {@link Comparable}. */
  public Option<T> atMost(T most) {
    return check(value -> compare(value, most) <= 0, "must be at most " + written(most));
  }

  @SuppressWarnings("unchecked") // a Comparable of our own types compares with its own type
  private static <T> int compare(T left, T right) {
    return ((Comparable<T>) left).compareTo(right);
  }

  /**
   * Returns the value that this text means.
   *
   * @throws IllegalArgumentException with what is expected, never with the text itself
   */
  public T parse(String text) {
    T value = parser.apply(text);
    for (Rule<T> rule : rules) {
      if (!rule.holds().test(value)) {
        throw new IllegalArgumentException(rule.words());
      }
    }
    return value;
  }

  /**
   * Returns the text as it may be shown: {@code ***} for a secret, a URI without user and password.
   * A text need not be a URI to be masked: whatever stands between {@code //} and the last
   * {@code @} is hidden, because a password with a slash in it, which makes the URI a wrong one, is
   * still a password.
   */
  public String mask(String text) {
    return secret ? Secret.MASK : USER_INFO.matcher(text).replaceAll(Secret.MASK + "@");
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns what the type is called in a message. */
  public String type() {
    return type;
  }

  /** Returns the documentation, possibly empty. */
  public String doc() {
    return doc;
  }

  /** Returns whether its value is never shown. */
  public boolean isSecret() {
    return secret;
  }

  /** Returns whether a storage does not open without it. */
  public boolean isRequired() {
    return required;
  }

  /** Returns the default, if there is one. */
  public Optional<T> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** Returns the default as configuration writes it, if there is one; masked if it is a secret. */
  public Optional<String> shownFallback() {
    return fallback().map(this::shown);
  }

  /** Returns what its checks demand, in the words of a refusal: {@code "must be at least 1ms"}. */
  public List<String> demands() {
    return rules.stream().map(Rule::words).toList();
  }

  /** Returns one line of documentation: name, type, default and text. */
  @Override
  public String toString() {
    String state = required ? ", required" : fallback == null ? "" : ", default " + shown(fallback);
    return name + " (" + type + state + ")" + (doc.isEmpty() ? "" : ": " + doc);
  }

  private String shown(T value) {
    return secret ? Secret.MASK : written(value);
  }

  /** Returns the value as configuration writes it, the shortest way. */
  private String written(T value) {
    if (value instanceof Enum<?>) {
      return wireName(value);
    }
    if (value instanceof Duration duration && isInNanos(duration)) {
      return duration.isZero() ? "0s" : inUnits(duration.toNanos(), TIMES);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    return type.equals(BYTES) && value instanceof Long bytes
        ? inUnits(bytes, SIZES)
        : value.toString();
  }

  private static boolean isInNanos(Duration duration) {
    return duration.abs().compareTo(Duration.ofNanos(Long.MAX_VALUE)) <= 0;
  }

  /** Writes an amount in the largest unit of which it is a whole number. */
  private static String inUnits(long amount, List<Unit> largestFirst) {
    return largestFirst.stream()
        .filter(unit -> amount != 0 && amount % unit.size() == 0)
        .findFirst()
        .map(unit -> amount / unit.size() + unit.name())
        .orElse(Long.toString(amount));
  }
}
