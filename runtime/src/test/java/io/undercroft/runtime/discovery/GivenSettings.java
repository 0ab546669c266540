package io.undercroft.runtime.discovery;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings from texts. */
final class GivenSettings implements Settings {
  private final Map<String, Object> values = new HashMap<>();

  static Settings of(List<Option<?>> options, Map<String, String> texts) {
    GivenSettings settings = new GivenSettings();
    for (Option<?> option : options) {
      String text = texts.get(option.name());
      if (text != null) {
        settings.values.put(option.name(), option.parse(text));
      }
    }
    return settings;
  }

  @Override
  public <T> T get(Option<T> option) {
    return find(option).orElseThrow();
  }

  @Override
  @SuppressWarnings("unchecked") // this very option, or its equal, parsed the value
  public <T> Optional<T> find(Option<T> option) {
    return Optional.ofNullable((T) values.get(option.name())).or(option::fallback);
  }
}
