package io.undercroft.runtime.config;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import java.util.Collection;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The parsed values of one plugin's or layer's options. */
final class CheckedSettings implements Settings {
  private final String owner;
  private final Set<String> declared;
  private final Map<String, Object> values;
  private final Consumer<String> reads;

  /**
   * Takes the values.
   *
   * @param owner whose options these are, for a message
   */
  CheckedSettings(String owner, Collection<Option<?>> options, Map<String, Object> values) {
    this(owner, names(options), new TreeMap<>(values), name -> {});
  }

  private CheckedSettings(
      String owner, Set<String> declared, Map<String, Object> values, Consumer<String> reads) {
    this.owner = owner;
    this.declared = declared;
    this.values = values;
    this.reads = reads;
  }

  private static Set<String> names(Collection<Option<?>> options) {
    Set<String> names = new TreeSet<>();
    options.forEach(option -> names.add(option.name()));
    return names;
  }

  /** Returns the same settings telling the name of every option that is asked for. */
  CheckedSettings tellingReads(Consumer<String> listener) {
    return new CheckedSettings(owner, declared, values, listener);
  }

  @Override
  public <T> T get(Option<T> option) {
    return find(option)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    owner
                        + ": option '"
                        + option.name()
                        + "' is not set; ask with find(), or declare it required or with a"
                        + " default"));
  }

  @Override
  public <T> Optional<T> find(Option<T> option) {
    if (!declared.contains(option.name())) {
      throw new IllegalArgumentException(
          owner + ": option '" + option.name() + "' is not among its options()");
    }
    reads.accept(option.name());
    @SuppressWarnings("unchecked") // the value was parsed by the option of this name
    T value = (T) values.get(option.name());
    return Optional.ofNullable(value);
  }

  /** Returns the names of what is set, never a value. */
  @Override
  public String toString() {
    return owner + values.keySet();
  }
}
