package io.undercroft.example.rooms;

import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.Subscription;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.DeploymentException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;

/**
 * {@code open ID NAME HOST FILM PASSWORD}, {@code join ID GUEST PASSWORD}, {@code show ID}, {@code
 * list}, {@code close ID}; and {@code watch}, which tells what happens and does what it is told in
 * its input.
 */
public final class Main {
  private static final String USAGE =
      "Say one of:  open ID NAME HOST FILM PASSWORD | join ID GUEST PASSWORD | show ID | list | close ID | watch";

  private Main() {}

  /** Does one thing and ends; {@code watch} ends with its input. */
  public static void main(String[] arguments) {
    System.exit(run(System.in, System.out, arguments));
  }

  static int run(InputStream in, PrintStream out, String... arguments) {
    try (SeContainer container = SeContainerInitializer.newInstance().initialize()) {
      Rooms rooms = container.select(Rooms.class).get();
      return List.of(arguments).equals(List.of("watch"))
          ? watch(in, out, rooms)
          : run(out, rooms, arguments);
    } catch (StorageException e) {
      out.println(e.getMessage());
      return 3;
    } catch (DeploymentException e) {
      out.println((e.getCause() instanceof DeploymentException own ? own : e).getMessage());
      return 2;
    }
  }

  private static int watch(InputStream in, PrintStream out, Rooms rooms) {
    try (Subscription watching = rooms.watch(change -> out.println(said(change)));
        Scanner lines = new Scanner(in, StandardCharsets.UTF_8)) {
      out.println("Watching; say any of the others, a line each, without blanks in a word");
      while (watching.isActive() && lines.hasNextLine()) {
        try {
          run(out, rooms, lines.nextLine().strip().split("\\s+"));
        } catch (StorageException e) {
          out.println(e.getMessage());
        }
      }
    }
    return 0;
  }

  private static String said(Change<Room> change) {
    return switch (change.type()) {
      case SET ->
          "* "
              + change.key()
              + change
                  .newValue()
                  .map(room -> ": " + room.guests() + " watch " + room.film())
                  .orElse(" has changed");
      case DELETE, EXPIRE -> "* " + change.key() + " is closed";
      case CLEAR -> "* all rooms are closed";
      case RESYNC -> "* something was missed; say list, and show";
    };
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
