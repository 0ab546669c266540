package io.undercroft.runtime.cdi.redeployed;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.StorageName;

/** A typed storage. */
@StorageName("rooms")
public interface RoomStore extends BatchStorage<Room> {
  /** Opens a room under its own name. */
  default void open(String key) {
    set(key, new Room(key));
  }
}
