package io.undercroft.runtime.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/**
 * A MicroProfile Config by the letter of the specification and nothing beyond it, as a server
 * without SmallRye has one: variables are found by the three rules, names are listed as they are.
 */
final class PlainConfig implements Config {
  /** One source; the environment is one like others, but for its name. */
  record Source(String getName, int getOrdinal, Map<String, String> getProperties)
      implements ConfigSource {
    @Override
    public Set<String> getPropertyNames() {
      return getProperties.keySet();
    }

    @Override
    public @Nullable String getValue(String name) {
      return getProperties.get(name);
    }
  }

  private record Value(
      String getName,
      @Nullable String getValue,
      @Nullable String getSourceName,
      int getSourceOrdinal)
      implements ConfigValue {
    @Override
    public @Nullable String getRawValue() {
      return getValue;
    }
  }

  private final List<Source> sources;

  PlainConfig(List<Source> sources) {
    this.sources =
        sources.stream().sorted(Comparator.comparing(Source::getOrdinal).reversed()).toList();
  }

  @Override
  public ConfigValue getConfigValue(String name) {
    for (Source source : sources) {
      List<String> written =
          source.getName().contains("nvironment")
              ? List.of(
                  name,
                  name.replaceAll("[^A-Za-z0-9]", "_"),
                  name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
              : List.of(name);
      for (String each : written) {
        String value = source.getProperties().get(each);
        if (value != null) {
          return new Value(name, value, source.getName(), source.getOrdinal());
        }
      }
    }
    return new Value(name, null, null, 0);
  }

  @Override
  public <T> T getValue(String name, Class<T> type) {
    return getOptionalValue(name, type).orElseThrow(() -> new NoSuchElementException(name));
  }

  @Override
  public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
    return Optional.ofNullable(getConfigValue(name).getValue())
        .filter(value -> !value.isEmpty())
        .map(type::cast);
  }

  @Override
  public Iterable<String> getPropertyNames() {
    Set<String> names = new TreeSet<>();
    sources.forEach(source -> names.addAll(source.getPropertyNames()));
    return names;
  }

  @Override
  public Iterable<ConfigSource> getConfigSources() {
    return List.copyOf(sources);
  }

  @Override
  public <T> Optional<Converter<T>> getConverter(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    throw new IllegalArgumentException(type.getName());
  }
}
