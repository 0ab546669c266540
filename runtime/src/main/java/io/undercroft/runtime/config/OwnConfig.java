package io.undercroft.runtime.config;

import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSourceProvider;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Config} with SmallRye, where no server brings one. The only class that needs
 * SmallRye to be there.
 *
 * <p>Only the sources that were asked for are added: SmallRye's defaults would also read {@code
 * .env} and {@code config/application.properties} of the working directory.
 */
final class OwnConfig {
  /** The source of another Config's values. */
  private static final String BEHIND = "behind";

  private static final String FILE = "META-INF/microprofile-config";
  private static final Pattern CODE = Pattern.compile("\\bSRCFG[0-9]+\\b");

  private final List<ConfigSource> sources = new ArrayList<>();
  private final List<ConfigSourceFactory> factories = new ArrayList<>();
  private final Collection<String> problems;
  private @Nullable ClassLoader loader;

  OwnConfig(Collection<String> problems) {
    this.problems = problems;
  }

  /** Returns whether a source is there for expressions only, its values being read elsewhere. */
  static boolean isHidden(String source) {
    return source.equals(BEHIND) || source.equals(LiteralLookup.SOURCE);
  }

  /** Adds properties that were set in code, so that expressions find them. */
  void addCode(Map<String, String> properties) {
    Map<String, String> literal = new HashMap<>();
    properties.forEach((name, value) -> literal.put(name, literal(value)));
    sources.add(new PropertySource(LiteralLookup.SOURCE, Integer.MAX_VALUE - 1, literal));
  }

  private static String literal(String value) {
    return value.replace("$", "\\$");
  }

  /** Adds a file that the user named. */
  void addFile(Path file, int ordinal) {
    try {
      sources.add(ConfigFile.read(file, ordinal));
    } catch (ConfigFile.Unreadable e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  void addSystemProperties(Map<String, String> properties) {
    sources.add(new PropertySource("system property", 400, properties));
  }

  void addEnvironment(Map<String, String> variables) {
    sources.add(new EnvConfigSource(variables, 300));
  }

  /** Adds the standard files, those of active profiles included, and the custom sources. */
  void addClassPath(ClassLoader classLoader) {
    loader = classLoader;
    for (String suffix : List.of("properties", "yaml", "yml")) {
      int ordinal = suffix.equals("properties") ? 100 : 110;
      sources.addAll(resources(classLoader, FILE + "." + suffix, ordinal));
      factories.add(
          context -> {
            List<ConfigSource> profiled = new ArrayList<>();
            List<String> profiles = context.getProfiles(); // the strongest first
            for (int i = 0; i < profiles.size(); i++) {
              profiled.addAll(
                  resources(
                      classLoader,
                      FILE + "-" + profiles.get(i) + "." + suffix,
                      ordinal + profiles.size() - i));
            }
            return profiled;
          });
    }
    services(ConfigSource.class, classLoader).forEach(sources::add);
    for (ConfigSourceProvider provider : services(ConfigSourceProvider.class, classLoader)) {
      // SmallRye's own provider of YAML reads the working directory and quotes what is wrong.
      if (!provider.getClass().getName().startsWith("io.smallrye.config.source.yaml.")) {
        try {
          provider.getConfigSources(classLoader).forEach(sources::add);
        } catch (RuntimeException e) {
          problems.add(
              provider.getClass().getName()
                  + ": gives no configuration sources ("
                  + e.getClass().getSimpleName()
                  + ")");
        }
      }
    }
    factories.addAll(services(ConfigSourceFactory.class, classLoader));
  }

  private List<ConfigSource> resources(ClassLoader classLoader, String name, int ordinal) {
    List<ConfigSource> found = new ArrayList<>();
    List<URL> urls;
    try {
      urls = Collections.list(classLoader.getResources(name));
    } catch (IOException e) {
      problems.add(name + ": cannot be looked for (" + e.getClass().getSimpleName() + ")");
      return found;
    }
    for (URL url : urls) {
      try {
        found.add(ConfigFile.read(url, label(url, name, urls.size()), ordinal));
      } catch (ConfigFile.Unreadable e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return found;
  }

  /** The file's name, and where it lies if there is more than one. */
  private static String label(URL url, String name, int ofHowMany) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    if (ofHowMany == 1) {
      return file;
    }
    String place = url.getPath().replaceAll("!?/" + Pattern.quote(name) + "$", "");
    return file + " of " + place.substring(place.lastIndexOf('/') + 1);
  }

  private <S> List<S> services(Class<S> type, ClassLoader classLoader) {
    List<S> found = new ArrayList<>();
    var each = ServiceLoader.load(type, classLoader).iterator();
    while (true) {
      try {
        if (!each.hasNext()) {
          return found;
        }
        found.add(each.next());
      } catch (ServiceConfigurationError e) {
        problems.add(
            "META-INF/services/"
                + type.getName()
                + ": a configuration source cannot be made: "
                + e.getMessage());
      }
    }
  }

  /**
   * Adds the values of another Config behind all others, for expressions in files.
   *
   * @param config whose values are expanded already
   */
  void addBehind(Config config) {
    sources.add(new Behind(config));
  }

  private record Behind(Config config) implements ConfigSource {
    @Override
    public Set<String> getPropertyNames() {
      return Set.of();
    }

    @Override
    public @Nullable String getValue(String propertyName) {
      return config
          .getOptionalValue(propertyName, String.class)
          .map(OwnConfig::literal)
          .orElse(null);
    }

    @Override
    public String getName() {
      return BEHIND;
    }

    @Override
    public int getOrdinal() {
      return Integer.MIN_VALUE + 1;
    }
  }

  /** Captures; empty if SmallRye refuses, which is then among the problems. */
  Optional<Config> build() {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withSources(sources)
            .withSources(factories.toArray(ConfigSourceFactory[]::new));
    if (loader != null) {
      builder.forClassLoader(loader).addDiscoveredInterceptors().addDiscoveredSecretKeysHandlers();
    }
    try {
      return Optional.of(builder.build());
    } catch (RuntimeException e) {
      // SmallRye's words may hold a value; its number says enough to look it up.
      Matcher code = CODE.matcher(String.valueOf(e.getMessage()));
      problems.add(
          "MicroProfile Config: refuses its sources ("
              + (code.find() ? code.group() : e.getClass().getSimpleName())
              + ")");
      return Optional.empty();
    }
  }
}
