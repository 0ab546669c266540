package io.undercroft.storage;

import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.RuntimeProvider;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The running whole: plugins found, configuration read, storages open. With CDI nobody needs to see
 * it; without, it is the way in.
 *
 * <pre>{@code
 * try (Undercroft undercroft = Undercroft.open()) {
 *   Storage<Room> rooms = undercroft.storage("rooms", Room.class);
 * }
 * }</pre>
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>After close</b> every storage that came from it
 * throws CLOSED.
 */
public interface Undercroft extends AutoCloseable {
  /**
   * Starts from MicroProfile Config: system properties, environment, {@code
   * META-INF/microprofile-config.properties} or {@code .yaml} on the class path.
   *
   * @throws StorageException INVALID_CONFIG with every problem of every storage in one message
   */
  static Undercroft open() {
    return builder().open();
  }

  /** Returns a builder for a start in code. */
  static Builder builder() {
    return RuntimeProvider.find().builder();
  }

  /**
   * Returns the one for code that nothing is injected into: libraries, what was there before. It is
   * the one that is bound to this thread by the innermost open {@link #bind()}; or else the one
   * that is bound to the application, by the thread's context class loader or the nearest of its
   * parents; or else the one that can be injected where the calling thread is. So with CDI every
   * application finds its own, and every WAR that of the EAR around it.
   *
   * @throws StorageException UNSUPPORTED if none is
   */
  static Undercroft current() {
    return Binding.current();
  }

  /**
   * Binds this one to the current thread, until the binding is closed: for a test, for a job. Other
   * threads do not see it, those of {@code async()} included.
   */
  default Binding bind() {
    return Binding.toThread(this);
  }

  /**
   * Binds this one to an application, until the binding is closed: for all threads with this
   * context class loader or one below it. Where there are several, the latest counts.
   */
  default Binding bind(ClassLoader application) {
    return Binding.toApplication(this, application);
  }

  /** Returns the default storage. */
  default <T> Storage<T> storage(Class<T> valueType) {
    return storage(StorageName.DEFAULT, valueType);
  }

  /**
   * Returns a storage by name; every call returns a handle on the same one.
   *
   * @throws StorageException INVALID_CONFIG if no storage of this name is configured, naming those
   *     that are
   */
  <T> Storage<T> storage(String name, Class<T> valueType);

  /** Returns a storage whose values have a generic type. */
  <T> Storage<T> storage(String name, TypeRef<T> valueType);

  /**
   * Returns an implementation of a user's own interface that extends {@link Storage} or its
   * capabilities, default methods included; the name comes from its {@link StorageName}.
   *
   * @throws StorageException UNSUPPORTED if the storage lacks a capability that the interface
   *     extends, naming those that it has
   */
  <S extends Storage<?>> S typed(Class<S> storageInterface);

  /** As {@link #typed(Class)} for the storage of this name. */
  <S extends Storage<?>> S typed(String name, Class<S> storageInterface);

  /** Returns the names of the configured storages, sorted. */
  Set<String> names();

  /** Returns what a storage is made of; opens it if it is not open yet. */
  StorageInfo info(String name);

  /**
   * Returns what looks after a storage, apart from its operations: an {@link
   * io.undercroft.storage.tool.AuditTrail}, {@link io.undercroft.storage.tool.Tiers}, or {@link
   * io.undercroft.storage.tool.ByHand}, which every storage has. Opens the storage only if what it
   * comes from needs that.
   *
   * @throws StorageException INVALID_CONFIG if no storage of this name is configured; UNSUPPORTED
   *     if it has none of this type
   */
  <T> T tool(String storage, Class<T> type);

  /**
   * Asks the engine of every storage that is required, or open, for a sign of life, one after the
   * other; opens those that are required and not open yet. May take as long as the storages' own
   * time-outs together.
   *
   * @return sorted by name
   */
  List<StorageHealth> health();

  /** Returns the plugins that were found, broken ones included, sorted by id. */
  List<PluginInfo> plugins();

  /** Returns the effective configuration, sorted by name, secrets masked. */
  List<ConfigInfo> config();

  /**
   * Looks into the plugins folder again and loads what was not there at the last look. Entries that
   * were loaded before are left as they are, also when their files have changed or gone.
   *
   * @return the new ones, broken ones included
   */
  List<PluginInfo> reloadPlugins();

  /**
   * Adds a storage while running, or replaces the one of this name: the new one is opened first,
   * then the handles that are out there are switched to it, then the old one is closed.
   *
   * @param settings names without the {@code storages.NAME.} in front: {@code type}, {@code path} …
   * @throws StorageException INVALID_CONFIG with every problem; the old storage stays as it was
   */
  void define(String name, Map<String, String> settings);

  /** Closes and removes a storage; handles on it throw CLOSED. Returns whether there was one. */
  boolean remove(String name);

  /** Closes every storage and every plugin, in reverse order of opening. Idempotent. */
  @Override
  void close();

  /**
   * What to start with. Settings made here win over every other source.
   *
   * <p><b>Threads:</b> for one thread.
   */
  interface Builder {
    /**
     * Sets one configuration property by its full name: {@code storage.type}, {@code
     * storages.rooms.path} …
     */
    Builder set(String property, String value);

    /** Configures a storage by short names: {@code type}, {@code path} … */
    Builder storage(String name, Map<String, String> settings);

    /**
     * Reads a configuration file, {@code .properties}, {@code .yaml} or {@code .yml}, above the
     * class path's.
     */
    Builder config(Path file);

    /**
     * Leaves the environment, system properties and the class path's configuration out: only what
     * is given here.
     */
    Builder withoutAmbientConfig();

    /**
     * Opens each storage at its first use, also those that are {@code required}; without it, the
     * start opens these and fails if one cannot be opened.
     */
    Builder openOnUse();

    /** Looks for plugins in this folder; the same as {@code storage.plugins.path}. */
    Builder plugins(Path folder);

    /**
     * Leaves plugins on the class path out: only those of the folder, of code and the built-in one.
     */
    Builder withoutClassPathPlugins();

    /** Offers a plugin that was made in code. */
    Builder plugin(StoragePlugin plugin);

    /** Offers a codec that was made in code. */
    Builder codec(CodecProvider codec);

    /**
     * Wraps a layer or an around about this storage, outside those that its configuration names.
     */
    Builder wrap(String storage, Wrapper wrapper);

    /** Takes the time for versions, deadlines and schedules from this clock. */
    Builder clock(Clock clock);

    /** Runs asynchronous work on this executor, which the caller owns and ends. */
    Builder executor(Executor executor);

    /**
     * Starts.
     *
     * @throws StorageException INVALID_CONFIG with every problem of every storage in one message
     */
    Undercroft open();
  }
}
