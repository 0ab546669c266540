package io.undercroft.example.chunks;

import io.undercroft.storage.StorageException;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * {@code cut SHOW SEASON EPISODE LENGTH EACH}, {@code store ID SHOW SEASON EPISODE START END TEXT},
 * {@code get ID}, {@code exists ID}, {@code list [FIELD=VALUE …]}; times in milliseconds.
 */
public final class Main {
  private static final String USAGE =
      "Say one of:  cut SHOW SEASON EPISODE LENGTH EACH | store ID SHOW SEASON EPISODE START END TEXT | get ID"
          + " | exists ID | list [showId=… season=… episode=… startTime=… endTime=…]; times in milliseconds";

  private Main() {}

  /** Does one thing and ends. */
  public static void main(String[] arguments) {
    System.exit(run(System.out, arguments));
  }

  static int run(PrintStream out, String... arguments) {
    try (SeContainer container = SeContainerInitializer.newInstance().initialize()) {
      return run(out, container.select(Recordings.class).get(), arguments);
    } catch (StorageException e) {
      out.println(e.getMessage());
      return 3;
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      out.println(USAGE);
      return 2;
    }
  }

  private static int run(PrintStream out, Recordings recordings, String... arguments) {
    String command = arguments.length == 0 ? "" : arguments[0];
    ChunkStore chunks = recordings.chunks();
    switch (command.equals("list") ? command : arguments.length + ":" + command) {
      case "6:cut" -> {
        long each = whole("EACH", arguments[5]);
        if (each < 1) {
          throw new IllegalArgumentException("EACH must be at least 1");
        }
        return report(
            out,
            recordings.cut(
                arguments[1],
                number("SEASON", arguments[2]),
                number("EPISODE", arguments[3]),
                whole("LENGTH", arguments[4]),
                each));
      }
      case "8:store" ->
          chunks.storeChunk(
              new Chunk(
                  arguments[1],
                  arguments[2],
                  number("SEASON", arguments[3]),
                  number("EPISODE", arguments[4]),
                  whole("START", arguments[5]),
                  whole("END", arguments[6]),
                  arguments[7]));
      case "2:get" -> {
        Optional<Chunk> chunk = chunks.getChunk(arguments[1]);
        out.println(chunk.map(Chunk::toString).orElse("No such chunk"));
        return chunk.isPresent() ? 0 : 1;
      }
      case "2:exists" -> {
        boolean exists = chunks.chunkExists(arguments[1]);
        out.println(exists);
        return exists ? 0 : 1;
      }
      case "list" -> chunks.listChunks(filter(arguments)).forEach(chunk -> out.println(chunk.id()));
      default -> throw new IllegalArgumentException("That is not one of the commands.");
    }
    return 0;
  }

  /** Says how many were stored and what is wrong with the others. */
  private static int report(PrintStream out, List<StoredChunk> results) {
    List<StoredChunk> refused = results.stream().filter(result -> !result.isStored()).toList();
    out.println("Stored " + (results.size() - refused.size()) + " of " + results.size());
    refused.forEach(
        result -> out.println(result.id() + ": " + String.join("; ", result.problems())));
    return refused.isEmpty() ? 0 : 1;
  }

  private static ChunkFilter filter(String... arguments) {
    ChunkFilter filter = ChunkFilter.all();
    for (int i = 1; i < arguments.length; i++) {
      String[] parts = arguments[i].split("=", 2);
      String value = parts.length > 1 ? parts[1] : "";
      filter =
          switch (parts[0]) {
            case "showId" -> filter.ofShow(value);
            case "season" -> filter.ofSeason(number("season", value));
            case "episode" -> filter.ofEpisode(number("episode", value));
            case "startTime" -> filter.from(whole("startTime", value));
            case "endTime" -> filter.until(whole("endTime", value));
            default -> throw new IllegalArgumentException("There is no field '" + parts[0] + "'.");
          };
    }
    return filter;
  }

  private static int number(String what, String text) {
    long number = whole(what, text);
    if (number != (int) number) {
      throw new IllegalArgumentException(what + " is too large: " + text);
    }
    return (int) number;
  }

  private static long whole(String what, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(what + " must be a whole number, got '" + text + "'", e);
    }
  }
}
