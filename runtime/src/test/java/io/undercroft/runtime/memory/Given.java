package io.undercroft.runtime.memory;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Settings by name, as text.
 *
 * @param texts the texts
 */
public record Given(Map<String, String> texts) implements Settings {
  /** No setting at all. */
  public static final Given NOTHING = new Given(Map.of());

  @Override
  public <T> T get(Option<T> option) {
    return find(option).orElseThrow(() -> new NoSuchElementException(option.name()));
  }

  @Override
  public <T> Optional<T> find(Option<T> option) {
    return Optional.ofNullable(texts.get(option.name())).map(option::parse).or(option::fallback);
  }
}
