package io.undercroft.testkit;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.StorageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A plugin with a layer about each of its backends, which passes for a plugin itself: so that every
 * contract, also those of single facets, is tested on what the layer makes of a backend.
 *
 * <p>Its id is the plugin's and the layer's, {@code memory-cache}; it is for a {@link Layer}, an
 * {@link io.undercroft.spi.Around} is not led through facets here.
 */
public final class LayeredPlugin implements StoragePlugin {
  private final StoragePlugin plugin;
  private final LayerPlugin layer;
  private final Map<String, String> settings;

  private LayeredPlugin(StoragePlugin plugin, LayerPlugin layer, Map<String, String> settings) {
    this.plugin = Objects.requireNonNull(plugin, "plugin");
    this.layer = Objects.requireNonNull(layer, "layer");
    this.settings = Map.copyOf(settings);
  }

  /**
   * Puts a layer about a plugin.
   *
   * @param plugin what is below
   * @param layer what is put about it
   * @param settings the layer's options by their names
   */
  public static StoragePlugin of(
      StoragePlugin plugin, LayerPlugin layer, Map<String, String> settings) {
    return new LayeredPlugin(plugin, layer, settings);
  }

  @Override
  public String id() {
    return plugin.id() + "-" + layer.id();
  }

  @Override
  public List<Option<?>> options() {
    return plugin.options();
  }

  @Override
  public Set<String> exclusiveResources(Settings own) {
    return plugin.exclusiveResources(own);
  }

  @Override
  public Backend open(Settings own, PluginContext context) {
    Wrapper wrapper =
        layer.open(BareSettings.parse(layer.id(), layer.options(), settings), context);
    if (!(wrapper instanceof Layer around)) {
      throw new IllegalArgumentException(layer.id() + " makes no Layer, but " + wrapper.getClass());
    }
    Backend backend = plugin.open(own, context);
    try {
      return new LayeredBackend(
          backend, around, around.apply(backend.facets()), around.limits(backend.limits()));
    } catch (RuntimeException | Error e) {
      try (backend) {
        throw e;
      }
    }
  }

  private record LayeredBackend(Backend below, Layer layer, Facets facets, Limits limits)
      implements Backend {
    @Override
    public Map<String, String> details() {
      Map<String, String> all = new LinkedHashMap<>(below.details());
      layer.details().forEach((name, text) -> all.put(layer.id() + "." + name, text));
      return all;
    }

    @Override
    public void ping() {
      below.ping();
    }

    @Override
    public void close() {
      try (below) {
        if (layer instanceof AutoCloseable closeable) {
          closeable.close();
        }
      } catch (StorageException e) {
        throw e;
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("closing layer " + layer.id() + " failed", e);
      }
    }
  }
}
