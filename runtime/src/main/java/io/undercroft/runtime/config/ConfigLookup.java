package io.undercroft.runtime.config;

import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The properties of one {@link Config}, whoever implements it: nothing but the API is used.
 *
 * <p>Names are taken from the single sources. The names that a Config lists as a whole hold guesses
 * of what an environment variable may mean, {@code storages.rooms.max.size}, and would be reported
 * as unknown.
 */
final class ConfigLookup implements Lookup {
  private static final Pattern FILE = Pattern.compile("(?i).*\\.(?:properties|ya?ml)\\b.*");
  private static final Pattern STANDARD_FILE =
      Pattern.compile("microprofile-config[^/\\\\\\]]*\\.(?:properties|ya?ml)");
  private static final Pattern IN_BRACKETS = Pattern.compile(".*\\[source=(?:file:)?(.*)]");
  private static final Pattern SYSTEM = Pattern.compile("(?i).*sys.*prop.*");
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^:{}$]+)(:?)");

  private static final Pattern ITEM = Pattern.compile("(.*)\\[[0-9]+]");

  private final Config config;
  private final Predicate<String> hidden;
  private final SortedMap<String, Set<String>> rawNames = new TreeMap<>();

  /** The variables as they are written, by how they are written in upper case. */
  private final SortedMap<String, String> variables = new TreeMap<>();

  /** The variables that are written as properties. */
  private final Set<String> dottedVariables = new TreeSet<>();

  private final Set<String> environments = new TreeSet<>();
  private final Set<String> ownLabels = new TreeSet<>();
  private final Set<String> problems = new TreeSet<>();

  /**
   * Takes the names.
   *
   * @param hidden names of sources whose values are none of ours
   */
  ConfigLookup(Config config, Predicate<String> hidden) {
    this.config = config;
    this.hidden = hidden;
    for (ConfigSource source : config.getConfigSources()) {
      if (!hidden.test(source.getName())) {
        read(source);
      }
    }
    for (String name : config.getPropertyNames()) {
      if (PropertyName.parse(PropertyName.plain(name)).isPresent()
          && one(name).filter(found -> !isFromEnvironment(found)).isPresent()) {
        add(name);
      }
    }
    // A list in YAML is there twice: as a whole, with commas, and item by item.
    rawNames
        .keySet()
        .removeIf(
            name -> {
              Matcher item = ITEM.matcher(name);
              return item.matches() && rawNames.containsKey(item.group(1));
            });
  }

  private void read(ConfigSource source) {
    boolean own = source instanceof PropertySource;
    try {
      boolean environment = !own && isEnvironment(source);
      if (own) {
        ownLabels.add(source.getName());
      }
      if (environment) {
        environments.add(source.getName());
        source.getProperties().forEach(this::addVariable);
      } else {
        source.getPropertyNames().forEach(this::add);
      }
    } catch (UnsupportedOperationException e) {
      // A source may be unable to list its names; what is known by name is asked for all the same.
    } catch (RuntimeException e) {
      problems.add(
          label(source.getName(), "")
              + ": this configuration source cannot be read ("
              + e.getClass().getSimpleName()
              + ")");
    }
  }

  private void addVariable(String name, String value) {
    if (!PropertyName.isVariable(name)) {
      dottedVariables.add(name);
      add(name);
    } else if (!value.isBlank()) {
      variables.put(name.toUpperCase(Locale.ROOT), name);
    }
  }

  private void add(String raw) {
    int profileEnd = raw.startsWith("%") ? raw.indexOf('.') + 1 : 0;
    String active = raw.substring(profileEnd);
    String plain = PropertyName.plain(active);
    if (PropertyName.parse(plain).isPresent()) {
      rawNames.computeIfAbsent(plain, name -> new TreeSet<>()).add(active);
    }
  }

  private static boolean isEnvironment(ConfigSource source) {
    String name = source.getName() + " " + source.getClass().getSimpleName();
    if (FILE.matcher(source.getName()).matches()) {
      return false;
    }
    return name.toLowerCase(Locale.ROOT).contains("env")
        || (!System.getenv().isEmpty()
            && source.getPropertyNames().containsAll(System.getenv().keySet()));
  }

  private boolean isFromEnvironment(Found found) {
    return found.source().startsWith("environment ");
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(rawNames.keySet());
  }

  @Override
  public Set<String> variables() {
    return new TreeSet<>(variables.values());
  }

  @Override
  public Collection<String> problems() {
    return Collections.unmodifiableSet(problems);
  }

  @Override
  public Optional<Found> find(String name) {
    Optional<Found> strongest = one(name);
    for (String raw : rawNames.getOrDefault(name, Set.of())) {
      Optional<Found> other = raw.equals(name) ? Optional.empty() : one(raw);
      if (other.isPresent()
          && (strongest.isEmpty() || other.get().ordinal() > strongest.get().ordinal())) {
        strongest = other;
      }
    }
    return strongest;
  }

  private Optional<Found> one(String raw) {
    String name = PropertyName.plain(raw);
    ConfigValue value;
    try {
      value = config.getConfigValue(raw);
    } catch (RuntimeException e) {
      // What an unknown implementation says may hold the value: it is not passed on.
      return Optional.of(broken(name, "configuration", Integer.MIN_VALUE, "cannot be read"));
    }
    if (value == null || value.getSourceName() == null || hidden.test(value.getSourceName())) {
      return Optional.empty();
    }
    String source = label(value.getSourceName(), name);
    Optional<String> unresolved = unresolved(raw, value);
    if (unresolved.isPresent()) {
      return Optional.of(broken(name, source, value.getSourceOrdinal(), unresolved.get()));
    }
    return Optional.ofNullable(value.getValue())
        .map(text -> new Found(name, text, source, value.getSourceOrdinal(), Optional.empty()));
  }

  private static Found broken(String name, String source, int ordinal, String problem) {
    return new Found(name, "", source, ordinal, Optional.of(problem));
  }

  /** An expression without a value shows only when the value is asked for as a value. */
  private Optional<String> unresolved(String raw, ConfigValue value) {
    String text = value.getRawValue();
    if (text == null || !text.contains("${")) {
      return Optional.empty();
    }
    try {
      config.getValue(raw, String.class);
      return Optional.empty();
    } catch (NoSuchElementException e) {
      Set<String> needed = new TreeSet<>();
      boolean anyReference = false;
      for (Matcher each = EXPRESSION.matcher(text); each.find(); anyReference = true) {
        if (each.group(2).isEmpty()) {
          needed.add(each.group(1));
        }
      }
      if (needed.isEmpty() && anyReference) {
        return Optional.empty(); // every reference has a default, and it is empty: not set
      }
      needed.removeIf(this::isThere);
      return Optional.of(
          needed.isEmpty()
              ? "its expression has no value"
              : "refers to ${" + String.join("}, ${", needed) + "}, which is not set");
    } catch (RuntimeException e) {
      return Optional.of("its expression cannot be expanded");
    }
  }

  private boolean isThere(String property) {
    try {
      return config.getOptionalValue(property, String.class).isPresent();
    } catch (RuntimeException e) {
      return false; // it has a problem of its own, which is reported where it stands
    }
  }

  private String label(String source, String property) {
    if (ownLabels.contains(source)) {
      return source;
    }
    if (environments.contains(source)) {
      String variable = PropertyName.variable(property);
      return "environment "
          + (dottedVariables.contains(property)
              ? property
              : variables.getOrDefault(variable, variable));
    }
    Matcher standard = STANDARD_FILE.matcher(source);
    if (standard.find()) {
      return standard.group();
    }
    Matcher brackets = IN_BRACKETS.matcher(source);
    if (brackets.matches()) {
      return Mask.value(brackets.group(1));
    }
    return SYSTEM.matcher(source).matches() ? "system property" : Mask.value(source);
  }
}
