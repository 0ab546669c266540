package io.undercroft.spi;

import java.util.List;
import java.util.Set;

/**
 * A kind of storage: the type that {@link java.util.ServiceLoader} finds.
 *
 * <p>Has a public no-argument constructor that does no work: no I/O, no thread, no class of a
 * driver. The runtime makes one instance per process and start.
 *
 * <p><b>Threads:</b> {@link #open} may be called by several threads at once, for different
 * storages. The context class loader is the plugin's own during construction, {@code open}, {@code
 * ping} and {@code close}.
 */
public interface StoragePlugin {
  /**
   * Returns the value of {@code storage.type} that asks for it: 1 to 32 of {@code [a-z0-9-]},
   * starting with a letter.
   */
  String id();

  /**
   * Returns the options that it understands; any other setting of its storages is an error that the
   * runtime reports. Their first words must be none of those that mean the same for every storage,
   * such as {@code format} or {@code compression}: {@code docs/configuration.md} lists them.
   */
  List<Option<?>> options();

  /**
   * Returns names of what a storage with these settings needs for itself alone, such as {@code
   * "folder:/srv/data/rooms"}. Two storages that name the same are refused at start, also those of
   * different plugins: what begins with {@code folder:} is a folder for all of them. Called before
   * {@link #open}; touches nothing.
   */
  default Set<String> exclusiveResources(Settings settings) {
    return Set.of();
  }

  /**
   * Opens the backend of one storage; every call returns a new one, which the runtime closes.
   *
   * @throws io.undercroft.storage.StorageException CONNECTION_FAILED, INVALID_CONFIG …; whatever
   *     was opened on the way is closed again then
   */
  Backend open(Settings settings, PluginContext context);
}
