package io.undercroft.spi;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of layer with options of its own, found by {@link java.util.ServiceLoader}: {@code
 * storages.rooms.layers=ID} asks for it, {@code storages.rooms.ID.OPTION} configures it.
 *
 * <p>Has a public no-argument constructor that does no work.
 */
public interface LayerPlugin {
  /**
   * Returns the name under {@code layers}: 1 to 32 of {@code [a-z0-9-]}, starting with a letter.
   */
  String id();

  /** Returns the options that it understands, without the id in front. */
  List<Option<?>> options();

  /**
   * Returns to which part of what is below a storage with these settings is limited, in words that
   * differ where the parts have no key in common; empty if to none. Two storages that are limited
   * to different parts may use what a plugin wants for one storage alone ({@link
   * StoragePlugin#exclusiveResources}). Called before {@link #open}; touches nothing.
   */
  default Optional<String> scope(Settings settings) {
    return Optional.empty();
  }

  /**
   * Makes the layer of one storage; if it is {@link AutoCloseable}, the runtime closes it with the
   * storage.
   */
  Wrapper open(Settings settings, PluginContext context);

  /**
   * Returns the names of the other storages that a layer with these settings uses, through {@link
   * PluginContext#storage}. They are checked at the start: each must be configured, and none may
   * lead back to the storage itself. Touches nothing.
   */
  default Set<String> storages(Settings settings) {
    return Set.of();
  }

  /**
   * Returns what looks after a storage with these settings without it being open, such as an {@link
   * io.undercroft.storage.tool.AuditTrail}. Opens nothing that must be closed. What needs the
   * storage open is implemented by the wrapper that {@link #open} returns instead.
   */
  default Optional<Object> tool(Settings settings, PluginContext context) {
    return Optional.empty();
  }
}
