package io.undercroft.example.rooms;

import java.util.ArrayList;
import java.util.List;

/**
 * A room in which people watch a film together.
 *
 * @param name what people call it
 * @param host who opened it
 * @param film what is on
 * @param guests who is in, in order of arrival
 * @param password the hash of what one must know to come in
 */
public record Room(
    String name, String host, String film, List<String> guests, HashedPassword password) {
  /** Copies the guests. */
  public Room {
    guests = List.copyOf(guests);
  }

  Room with(String guest) {
    List<String> more = new ArrayList<>(guests);
    more.add(guest);
    return new Room(name, host, film, more, password);
  }
}
