package io.undercroft.runtime.config;

import io.undercroft.spi.PluginContext.AccessPattern;
import io.undercroft.spi.Settings;
import io.undercroft.storage.ConfigInfo;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The checked configuration of one storage.
 *
 * @param name the storage's name
 * @param type the plugin's id
 * @param settings the plugin's settings
 * @param layers the layers that {@code layers} lists, outermost first
 * @param bindings the class names of CDI interceptor bindings, in the order of {@code bindings}
 * @param codec the id of the codec provider to use instead of the built-in codecs
 * @param format the id of the built-in format
 * @param compression the id of the compression
 * @param nativeOnly whether what the backend cannot do itself is refused instead of emulated
 * @param readOnly whether every write is refused
 * @param ignoresJta whether writes are done inside a JTA transaction that they do not belong to
 * @param required whether the start fails if the backend cannot be opened
 * @param debug whether every call is logged
 * @param history how much of the changes is kept for a watch that comes back
 * @param expectedSize how many entries the user expects
 * @param accessPattern how the user will use it
 * @param exclusiveResources what no other storage may use; never shown, it may hold credentials
 * @param config the settings in force, defaults included, masked, sorted by name
 */
public record StorageSpec(
    String name,
    String type,
    Settings settings,
    List<LayerSpec> layers,
    List<String> bindings,
    Optional<String> codec,
    String format,
    String compression,
    boolean nativeOnly,
    boolean readOnly,
    boolean ignoresJta,
    boolean required,
    boolean debug,
    History history,
    OptionalLong expectedSize,
    AccessPattern accessPattern,
    SortedSet<String> exclusiveResources,
    List<ConfigInfo> config) {

  /** Checks that nothing is {@code null} and copies the collections. */
  public StorageSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(settings, "settings");
    layers = List.copyOf(layers);
    bindings = List.copyOf(bindings);
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(compression, "compression");
    Objects.requireNonNull(history, "history");
    Objects.requireNonNull(expectedSize, "expectedSize");
    Objects.requireNonNull(accessPattern, "accessPattern");
    exclusiveResources = Collections.unmodifiableSortedSet(new TreeSet<>(exclusiveResources));
    config = List.copyOf(config);
  }

  /** Returns the names of the other storages that its layers use. */
  public SortedSet<String> uses() {
    SortedSet<String> uses = new TreeSet<>();
    layers.forEach(layer -> uses.addAll(layer.uses()));
    return uses;
  }

  /** Returns what may be shown: the name and the masked configuration. */
  @Override
  public String toString() {
    return "storage '" + name + "' " + config;
  }

  /**
   * How much of the changes of a storage is kept for a watch that comes back.
   *
   * @param changes how many; 0 for none
   * @param bytes how many bytes of keys and values, about
   * @param time how long after the last watch has gone
   */
  public record History(int changes, long bytes, Duration time) {
    /** Checks that nothing is {@code null}. */
    public History {
      Objects.requireNonNull(time, "time");
    }
  }

  /**
   * One layer of a storage.
   *
   * @param id the name under {@code layers}
   * @param settings its settings: {@code storages.rooms.ID.OPTION}
   * @param uses the names of the other storages that it uses
   */
  public record LayerSpec(String id, Settings settings, SortedSet<String> uses) {
    /** Checks that nothing is {@code null} and copies the names. */
    public LayerSpec {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(settings, "settings");
      uses = Collections.unmodifiableSortedSet(new TreeSet<>(uses));
    }
  }
}
