package io.undercroft.example.rooms;

import io.undercroft.storage.StorageException;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.PrintStream;
import java.util.Optional;

/**
 * {@code open ID NAME HOST FILM PASSWORD}, {@code join ID GUEST PASSWORD}, {@code show ID}, {@code
 * list}, {@code close ID}.
 */
public final class Main {
  private static final String USAGE =
      "Say one of:  open ID NAME HOST FILM PASSWORD | join ID GUEST PASSWORD | show ID | list | close ID";

  private Main() {}

  /** Does one thing and ends. */
  public static void main(String[] arguments) {
    System.exit(run(System.out, arguments));
  }

  static int run(PrintStream out, String... arguments) {
    try (SeContainer container = SeContainerInitializer.newInstance().initialize()) {
      return run(out, container.select(Rooms.class).get(), arguments);
    } catch (StorageException e) {
      out.println(e.getMessage());
      return 3;
    }
  }

  private static int run(PrintStream out, Rooms rooms, String... arguments) {
    String command = arguments.length + ":" + (arguments.length == 0 ? "" : arguments[0]);
    switch (command) {
      case "6:open" ->
          out.println(
              rooms
                      .open(arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
                      .name()
                  + " is open");
      case "4:join" -> {
        Optional<Room> room = rooms.join(arguments[1], arguments[2], arguments[3]);
        out.println(
            room.map(r -> r.guests() + " watch " + r.film())
                .orElse("No such room, or another password"));
        return room.isPresent() ? 0 : 1;
      }
      case "2:show" -> {
        Optional<Room> room = rooms.find(arguments[1]);
        out.println(
            room.map(r -> r.name() + ": " + r.guests() + " watch " + r.film())
                .orElse("No such room"));
        return room.isPresent() ? 0 : 1;
      }
      case "1:list" -> rooms.list().forEach(out::println);
      case "2:close" -> {
        boolean closed = rooms.close(arguments[1]);
        out.println(closed ? "Closed" : "No such room");
        return closed ? 0 : 1;
      }
      default -> {
        out.println(USAGE);
        return 2;
      }
    }
    return 0;
  }
}
