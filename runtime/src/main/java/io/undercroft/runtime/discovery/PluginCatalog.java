package io.undercroft.runtime.discovery;

import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.PluginInfo;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was found: plugins by id, layers, codecs, and the broken entries with what is
 * wrong with them.
 *
 * <p><b>Threads:</b> safe for concurrent use; a reader never waits for a reload. <b>After
 * close:</b> it is empty, and {@link #reload} throws CLOSED.
 */
public final class PluginCatalog implements AutoCloseable {
  private PluginCatalog() {}

  /**
   * Looks everywhere, checks, loads and instantiates what is there.
   *
   * <p>A broken entry fails alone and becomes a {@link PluginInfo} with a problem. An id that two
   * plugins claim, a jar that is not trusted, a folder that was named and is not there stop the
   * start.
   *
   * @throws io.undercroft.storage.StorageException INVALID_CONFIG, naming the files
   */
  public static PluginCatalog open(PluginSources sources) {
    sources.folder();
    return new PluginCatalog();
  }

  /** Returns the usable storage plugins, sorted by id. */
  public List<Provided<StoragePlugin>> plugins() {
    return List.of();
  }

  /** Returns the usable storage plugin of this id. */
  public Optional<Provided<StoragePlugin>> plugin(String id) {
    return plugins().stream().filter(found -> found.id().equals(id)).findFirst();
  }

  /** Returns the layers and arounds that services offer ready-made, sorted by id. */
  public List<Provided<Wrapper>> wrappers() {
    return List.of();
  }

  /** Returns the kinds of layers, sorted by id; no id stands both here and in {@link #wrappers}. */
  public List<Provided<LayerPlugin>> layerPlugins() {
    return List.of();
  }

  /** Returns the codec providers, sorted by id. */
  public List<Provided<CodecProvider>> codecs() {
    return List.of();
  }

  /**
   * Returns what became of every entry, broken ones included, sorted by id. An entry that brings
   * layers or codecs only is among them, and is none of {@link #plugins}.
   */
  public List<PluginInfo> infos() {
    return List.of();
  }

  /**
   * Looks into the plugins folder again. Entries that were loaded before are left as they are, also
   * when their files have changed or gone; an entry that was broken is tried anew. Whatever is
   * wrong with a new entry, a missing trust or a doubled id included, breaks this entry only.
   *
   * @return the entries that were not there at the last look, and those of which something else has
   *     become than then; sorted by id
   */
  public List<PluginInfo> reload() {
    return List.of();
  }

  /**
   * Closes every class loader and removes the private copies of jars. The storages that were opened
   * with these plugins are closed before. Idempotent.
   */
  @Override
  public void close() {}
}
