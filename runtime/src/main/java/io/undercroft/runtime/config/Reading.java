package io.undercroft.runtime.config;

import io.undercroft.spi.Option;
import io.undercroft.spi.Secret;
import io.undercroft.storage.ConfigInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the options under one prefix: parses, checks, and keeps what may be shown. */
final class Reading {
  static final String DEFAULT = "default";

  private final Lookup lookup;
  private final String prefix;
  private final Problems problems;
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, Found> found = new HashMap<>();
  private final List<ConfigInfo> config = new ArrayList<>();

  Reading(Lookup lookup, String prefix, Problems problems) {
    this.lookup = lookup;
    this.prefix = prefix;
    this.problems = problems;
  }

  /**
   * Reads all of these.
   *
   * @param owner whose options they are, in words
   * @param source where the owner was asked for: where a required option is missing
   */
  void read(Collection<Option<?>> options, String owner, String source) {
    for (Option<?> option : options) {
      if (!read(option) && option.isRequired() && lookup.problems().isEmpty()) {
        problems.add(
            prefix + option.name(),
            source,
            "not set, but "
                + owner
                + " requires it ("
                + option.type()
                + ")"
                + (option.doc().isEmpty() ? "" : ": " + option.doc()));
      }
    }
  }

  /** Returns false if there is neither a setting nor a default. */
  private boolean read(Option<?> option) {
    String name = prefix + option.name();
    Optional<Found> setting = lookup.find(name).filter(Found::isSet);
    if (setting.isEmpty()) {
      option
          .fallback()
          .ifPresent(
              value -> {
                values.put(option.name(), value);
                config.add(
                    new ConfigInfo(
                        name,
                        Mask.value(option.name(), option.shownFallback().orElse("")),
                        DEFAULT));
              });
      return option.fallback().isPresent();
    }
    Found at = setting.get();
    found.put(option.name(), at);
    if (at.problem().isPresent()) {
      problems.add(name, at.source(), at.problem().get());
      return true;
    }
    String text = option.isSecret() ? at.text() : at.text().strip();
    config.add(new ConfigInfo(name, shown(option, text), at.source()));
    try {
      values.put(option.name(), option.parse(text));
    } catch (IllegalArgumentException e) {
      problem(option, at, reason(option, text, e));
    } catch (RuntimeException | LinkageError e) {
      // A parser of a plugin's own that breaks its contract: what it says may hold the text.
      problem(option, at, "is not valid (" + option.type() + "): " + e.getClass().getSimpleName());
    }
    return true;
  }

  private void problem(Option<?> option, Found at, String what) {
    String text = at.text().strip();
    String where = prefix + option.name();
    problems.add(
        option.isSecret() ? where : where + "=" + Mask.quoted(shown(option, text)),
        at.source(),
        what);
  }

  /** A parser should not repeat the text; one that does must not give a password away. */
  private static String reason(Option<?> option, String text, IllegalArgumentException e) {
    String words = e.getMessage();
    return words == null || Mask.givesAway(text, shown(option, text), words)
        ? "is not valid (" + option.type() + ")"
        : words;
  }

  private static String shown(Option<?> option, String text) {
    if (option.isSecret()) {
      return Secret.MASK;
    }
    return Mask.value(option.name(), option.type().equals("URI") ? option.mask(text) : text);
  }

  /** Returns what was parsed, defaults included, by the option's name. */
  Map<String, Object> values() {
    return values;
  }

  /** Returns the value of an option that was read. */
  <T> Optional<T> value(Option<T> option) {
    @SuppressWarnings("unchecked") // parsed by this very option
    T value = (T) values.get(option.name());
    return Optional.ofNullable(value);
  }

  /** Returns where an option was set, if it was. */
  Optional<Found> found(String option) {
    return Optional.ofNullable(found.get(option));
  }

  /** Returns {@code prefix.option=value} of an option that was read. */
  String named(String option) {
    return info(option)
        .map(info -> info.name() + "=" + Mask.quoted(info.value()))
        .orElse(prefix + option);
  }

  /** Returns {@code prefix.option=value (source)} of an option that was read. */
  String where(String option) {
    return named(option) + info(option).map(info -> " (" + info.source() + ")").orElse("");
  }

  private Optional<ConfigInfo> info(String option) {
    return config.stream().filter(info -> info.name().equals(prefix + option)).findFirst();
  }

  /** Returns what is in force, masked. */
  List<ConfigInfo> config() {
    return config;
  }
}
