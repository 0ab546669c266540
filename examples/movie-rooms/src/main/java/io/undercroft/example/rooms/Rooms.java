package io.undercroft.example.rooms;

import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.Subscription;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The rooms. Where they are kept is the configuration's business. */
@Dependent
public class Rooms {
  /** Old rooms go away by themselves. */
  static final Duration LIFE = Duration.ofDays(7);

  private final SecureRandom random = new SecureRandom();
  private final Storage<Room> storage;

  /** Takes the default storage. */
  @Inject
  public Rooms(Storage<Room> storage) {
    this.storage = storage;
  }

  /** Opens a room; VERSION_CONFLICT if one of this id is open already. */
  public Room open(String id, String name, String host, String film, String password) {
    Room room = new Room(name, host, film, List.of(host), HashedPassword.of(password, random));
    return storage.set(id, room, SetOptions.ifAbsent().andExpiresIn(LIFE)).value();
  }

  /** Lets a guest in; empty if there is no such room or the password is another. */
  public Optional<Room> join(String id, String guest, String password) {
    Optional<Room> room = storage.get(id);
    if (room.isEmpty() || !room.get().password().matches(password)) {
      return Optional.empty();
    }
    return storage.update(id, now -> now.map(open -> open.with(guest)));
  }

  /** Returns a room. */
  public Optional<Room> find(String id) {
    return storage.get(id);
  }

  /** Returns the ids of the open rooms, sorted. */
  public List<String> list() {
    try (Stream<String> ids = storage.keys()) {
      return ids.sorted().toList();
    }
  }

  /** Returns whether a room is open. */
  public boolean isOpen(String id) {
    return storage.has(id);
  }

  /**
   * Tells what happens to the rooms from now on, also what others do with the same storage; ends
   * with the subscription.
   */
  public Subscription watch(Consumer<Change<Room>> handler) {
    return storage.observable().watch("*", handler);
  }

  /** Closes a room; returns whether it was open. */
  public boolean close(String id) {
    return storage.delete(id);
  }
}
