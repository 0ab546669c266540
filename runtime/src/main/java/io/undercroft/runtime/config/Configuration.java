package io.undercroft.runtime.config;

import io.undercroft.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that was captured when this was built.
 *
 * <p><b>Sources</b>, the strongest first: what was set in code; then, by their ordinals, system
 * properties (400), environment (300), the files handed in (250; of several the later one wins),
 * {@code META-INF/microprofile-config.yaml} (110) and {@code .properties} (100) of the class
 * loader, and every {@code ConfigSource} found there by ServiceLoader. Profiles and expressions are
 * those of MicroProfile Config; what was set in code is taken literally. Blanks around a value are
 * dropped except in secrets; a blank value counts as not set, and so takes a weaker source's value
 * away.
 *
 * <p><b>Names.</b> {@code storage.*} configures the default storage, {@code storages.NAME.*} a
 * named one; a name is 1 to 64 of {@code [a-zA-Z0-9_-]}, not starting with {@code -} or {@code _}.
 * The default storage is of type {@code memory} if no storage is configured at all; if there are
 * only named ones, there is no default storage.
 *
 * <p><b>Environment.</b> A setting's variable is its name in upper case with {@code _} for whatever
 * is not a letter or digit. {@code STORAGES_X_TYPE} configures the storage whose name is written so
 * in another source; else it is an option {@code ….type} of a storage, if there is one of that
 * name; else it defines a storage: the one that the application expects under a name written so, or
 * else {@code x} in lower case with {@code -} for {@code _}: {@code STORAGES_MOVIE_ROOMS_TYPE} is
 * {@code movie-rooms}. A variable that fits options of two storages is refused. {@code STORAGE_…}
 * that is like nothing known belongs to other software and is left alone, with a note, and so is
 * any of them if only named storages are configured; everything else unknown is a problem.
 *
 * <p><b>Threads:</b> immutable; {@link #check} may read from custom sources, and so block.
 */
public final class Configuration {
  private static final int FIRST_FILE = 250;
  private static final int LAST_FILE = 299;

  private final Lookup lookup;

  /** The detail of an INVALID_CONFIG that names the configured storages, by commas. */
  public static final String STORAGES = "storages";

  private final Set<String> expected;

  private Configuration(Lookup lookup, Set<String> expected) {
    this.lookup = lookup;
    this.expected = expected;
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** As {@link #bootstrap(Catalog)}, with nothing there yet. */
  public PluginSettings bootstrap() {
    return bootstrap(Catalog.builder().build());
  }

  /**
   * The first phase: what must be known before plugins are loaded from a folder.
   *
   * @param present what is there without loading anything from a folder: used only for the message,
   *     to report as many problems as can be known
   * @throws StorageException INVALID_CONFIG if {@code storage.plugins.*} is wrong or a file cannot
   *     be read, because then it is not known which plugins may be loaded; with every other problem
   *     that can be seen by then
   */
  public PluginSettings bootstrap(Catalog present) {
    Problems problems = new Problems();
    Check check = new Check(lookup, expected, new Vocabulary(present, false), problems);
    Optional<PluginSettings> settings = check.pluginSettings();
    if (settings.isPresent() && lookup.problems().isEmpty()) {
      return settings.get(); // what else may be wrong is for the second phase, which knows more
    }
    check.storages(List.of());
    throw problems.toException();
  }

  /**
   * The second phase: checks everything.
   *
   * @throws StorageException INVALID_CONFIG with every problem of every storage, sorted, one a
   *     line, each with its source; never a secret; and with the names of the storages that are
   *     configured, well or not, as the detail {@link #STORAGES}
   */
  public StorageSpecs check(Catalog catalog) {
    Problems problems = new Problems();
    Check check = new Check(lookup, expected, new Vocabulary(catalog, true), problems);
    StorageSpecs specs =
        check.storages(check.pluginSettings().map(PluginSettings::config).orElse(List.of()));
    if (!problems.isEmpty()) {
      throw problems.toException().with(STORAGES, String.join(",", check.names()));
    }
    return specs;
  }

  /**
   * Checks a storage that is defined while running. Only these settings count, literally.
   *
   * @param settings names without {@code storages.NAME.} in front: {@code type}, {@code path} …
   * @param open the storages that are there; one of this name is about to be replaced and does not
   *     count
   * @throws StorageException INVALID_CONFIG with every problem
   */
  public static StorageSpec define(
      String name, Map<String, String> settings, Catalog catalog, Collection<StorageSpec> open) {
    Problems problems = new Problems();
    if (!PropertyName.isStorageName(name)) {
      problems.add(
          Mask.quoted(name)
              + " is no name for a storage; use 1 to 64 letters, digits, '-' or '_', the first a"
              + " letter or digit");
      throw problems.toException();
    }
    String prefix = PropertyName.prefix(name);
    Map<String, String> properties = new TreeMap<>();
    settings.forEach((option, value) -> properties.put(prefix + option, value));
    Lookup lookup = new LiteralLookup(properties, LiteralLookup.SOURCE);
    SortedMap<String, Found> given = new TreeMap<>();
    for (String property : lookup.names()) {
      lookup
          .find(property)
          .filter(Found::isSet)
          .ifPresent(found -> given.put(property.substring(prefix.length()), found));
    }
    StorageCheck check =
        new StorageCheck(name, given, lookup, new Vocabulary(catalog, true), problems);
    Optional<StorageSpec> spec = check.check(Optional.empty());
    if (given.isEmpty()) {
      problems.add(prefix + "type", LiteralLookup.SOURCE, "not set; a storage needs a type");
    }
    for (StorageSpec other : open) {
      for (String resource : other.exclusiveResources()) {
        String where = check.resources().get(resource);
        if (where != null && !other.name().equals(name)) {
          problems.add(
              where
                  + ": "
                  + Mask.quoted(Mask.value(resource))
                  + " is already used by the storage '"
                  + other.name()
                  + "'; give each storage its own");
        }
      }
    }
    if (spec.isPresent()) {
      Map<String, StorageSpec> all = new TreeMap<>();
      open.forEach(other -> all.put(other.name(), other));
      all.put(name, spec.get());
      new Neighbours(all, all.keySet(), problems).check(spec.get());
    }
    if (!problems.isEmpty()) {
      throw problems.toException();
    }
    return spec.orElseThrow();
  }

  /**
   * Returns whether an option of this name means the same for every storage, so that no plugin may
   * declare it: {@code type}, {@code layers}, {@code format}, {@code hints.…} …
   */
  public static boolean isReserved(String option) {
    return CommonOptions.isReserved(option);
  }

  /**
   * What to read.
   *
   * <p><b>Threads:</b> for one thread.
   */
  public static final class Builder {
    private final Map<String, String> code = new LinkedHashMap<>();
    private final List<Path> files = new ArrayList<>();
    private final Set<String> expected = new TreeSet<>();
    private boolean ambient = true;
    private @Nullable Config captured;
    private String codeName = LiteralLookup.SOURCE;
    private @Nullable ClassLoader loader;
    private Map<String, String> environment = System.getenv();
    private Optional<Map<String, String>> systemProperties = Optional.empty();

    private Builder() {}

    /** Sets properties in code, by their full names; they win over every source. */
    public Builder set(Map<String, String> properties) {
      code.putAll(properties);
      return this;
    }

    /** Sets one property in code, by its full name. */
    public Builder set(String property, String value) {
      code.put(property, value);
      return this;
    }

    /** Says what messages call the place where the properties of code were set. */
    public Builder codeIsCalled(String name) {
      codeName = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Sets a storage's properties in code, by their short names. */
    public Builder storage(String name, Map<String, String> settings) {
      settings.forEach((option, value) -> code.put(PropertyName.prefix(name) + option, value));
      return this;
    }

    /** Reads a file: {@code .properties}, {@code .yaml} or {@code .yml}. */
    public Builder file(Path file) {
      files.add(Objects.requireNonNull(file, "file"));
      return this;
    }

    /** Leaves environment, system properties and class path out. */
    public Builder withoutAmbient() {
      ambient = false;
      return this;
    }

    /**
     * Takes the ambient configuration from here, whoever implements it, instead of capturing an own
     * one.
     */
    public Builder ambient(Config config) {
      captured = Objects.requireNonNull(config, "config");
      return this;
    }

    /**
     * Looks for {@code META-INF/microprofile-config.*} and custom sources here; by default in the
     * context class loader of the calling thread.
     */
    public Builder classLoader(ClassLoader classLoader) {
      loader = Objects.requireNonNull(classLoader, "classLoader");
      return this;
    }

    /** Takes these for the environment instead of the process's. */
    public Builder environment(Map<String, String> variables) {
      environment = Map.copyOf(variables);
      return this;
    }

    /** Takes these for the system properties instead of the process's. */
    public Builder systemProperties(Map<String, String> properties) {
      systemProperties = Optional.of(Map.copyOf(properties));
      return this;
    }

    /**
     * Tells names that the application asks for, which help to read the environment; they configure
     * nothing.
     */
    public Builder expect(Collection<String> names) {
      expected.addAll(names);
      return this;
    }

    /**
     * Captures the configuration. A file that cannot be read is a problem of {@link #bootstrap},
     * not of this.
     */
    public Configuration build() {
      if (!ambient && captured != null) {
        throw new IllegalStateException("an ambient configuration was handed in and left out");
      }
      Set<String> problems = new TreeSet<>();
      List<Lookup> parts = new ArrayList<>(List.of(new LiteralLookup(code, codeName)));
      if (captured != null) {
        if (!files.isEmpty()) {
          parts.addAll(ownPart(problems));
        }
        parts.add(new ConfigLookup(captured, source -> false));
      } else if (ambient || !files.isEmpty()) {
        parts.addAll(ownPart(problems));
      }
      return new Configuration(new MergedLookup(parts, problems), Set.copyOf(expected));
    }

    private List<Lookup> ownPart(Set<String> problems) {
      OwnConfig own = new OwnConfig(problems);
      own.addCode(code);
      for (int i = 0; i < files.size(); i++) {
        own.addFile(files.get(i), Math.min(FIRST_FILE + i, LAST_FILE));
      }
      if (captured != null) {
        own.addBehind(captured);
      } else if (ambient) {
        own.addSystemProperties(systemProperties.orElseGet(Builder::processProperties));
        own.addEnvironment(environment);
        own.addClassPath(loader == null ? contextClassLoader() : loader);
      }
      return own.build().stream()
          .<Lookup>map(config -> new ConfigLookup(config, OwnConfig::isHidden))
          .toList();
    }

    private static Map<String, String> processProperties() {
      Map<String, String> properties = new TreeMap<>();
      for (String name : System.getProperties().stringPropertyNames()) {
        properties.put(name, System.getProperty(name, ""));
      }
      return properties;
    }

    private static ClassLoader contextClassLoader() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return context == null ? Configuration.class.getClassLoader() : context;
    }
  }
}
