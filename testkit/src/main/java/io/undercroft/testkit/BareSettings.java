package io.undercroft.testkit;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The settings of one storage, read by the plugin's options without the runtime. */
final class BareSettings implements Settings {
  private final Map<String, Object> values;

  private BareSettings(Map<String, Object> values) {
    this.values = values;
  }

  /** Reads the settings; any that the plugin does not know or misses is a mistake in the test. */
  static BareSettings parse(StoragePlugin plugin, Map<String, String> texts) {
    return parse(plugin.id(), plugin.options(), texts);
  }

  /** As {@link #parse(StoragePlugin, Map)}, for whatever has options. */
  static BareSettings parse(String owner, List<Option<?>> options, Map<String, String> texts) {
    Map<String, Object> values = new HashMap<>();
    Set<String> unknown = new TreeSet<>(texts.keySet());
    for (Option<?> option : options) {
      unknown.remove(option.name());
      String text = texts.get(option.name());
      if (text != null) {
        try {
          values.put(option.name(), option.parse(text));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "setting '" + option.name() + "' of " + owner + ": " + e.getMessage(), e);
        }
      } else if (option.fallback().isPresent()) {
        values.put(option.name(), option.fallback().get());
      } else if (option.isRequired()) {
        throw new IllegalArgumentException(owner + " requires the setting '" + option.name() + "'");
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + owner + "' has no option for the settings " + unknown);
    }
    return new BareSettings(values);
  }

  @Override
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "option '"
                        + option.name()
                        + "' has no value; it is optional without a default: use find, not get"));
  }

  @Override
  @SuppressWarnings("unchecked") // the value came from the parser of the option of this name
  public <T> Optional<T> find(Option<T> option) {
    return Optional.ofNullable((T) values.get(option.name()));
  }
}
