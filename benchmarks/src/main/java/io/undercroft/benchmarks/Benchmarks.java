package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import jakarta.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.Main;

/**
 * Runs JMH with the arguments that it is given, and prints the table of ratios after the results.
 * Unless the arguments say where, the results are kept in {@code speed.json} beside the program,
 * those of a part in {@code speed-table.json} and the like.
 *
 * <p>Two arguments are none of JMH's. With {@code -rounds N} all that is chosen is run N times with
 * one fork, so that the two sides of a comparison are never more than a few minutes apart. {@code
 * -part table} chooses the benchmarks of a {@link Part}, and times unless JMH's arguments do.
 */
public final class Benchmarks {
  private Benchmarks() {}

  public static void main(String[] arguments) throws IOException {
    List<String> given = new ArrayList<>(List.of(arguments));
    List<List<String>> runs;
    int rounds;
    String name;
    try {
      rounds =
          Integer.parseInt(
              take(given, "-rounds", "1", "[1-9][0-9]{0,2}", "a number from 1 to 999"));
      String part = take(given, "-part", "", "[a-z]+", "one of the parts, such as table");
      if (rounds > 1 || !part.isEmpty()) {
        if (given.contains("-rff")) {
          throw new IllegalArgumentException(
              "rounds and parts are kept beside the program: leave out -rff");
        }
        if (!given.contains("-f")) {
          given.addAll(List.of("-f", "1"));
        }
      }
      runs = part.isEmpty() ? List.of(given) : Part.of(part).arguments(given);
      name = part.isEmpty() ? "speed.json" : "speed-" + part + ".json";
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    if (given.contains("-rff")) {
      Main.main(given.toArray(String[]::new));
      return;
    }
    Path results = Scratch.place().resolveSibling(name);
    Path last = results.resolveSibling(name + ".last");
    JsonArray measured = JsonValue.EMPTY_JSON_ARRAY;
    for (int round = 1; round <= rounds; round++) {
      for (List<String> run : runs) {
        Files.deleteIfExists(last);
        List<String> jmh = new ArrayList<>(run);
        jmh.addAll(List.of("-rf", "json", "-rff", last.toString()));
        Main.main(jmh.toArray(String[]::new));
        if (!Files.exists(last)) {
          return; // after -h, -l and their like
        }
        measured =
            Json.createArrayBuilder(measured).addAll(Json.createArrayBuilder(read(last))).build();
        write(measured, results); // whoever breaks off keeps what is there
        Files.delete(last);
      }
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println();
    out.print(Ratios.markdown(results));
    out.println();
    out.println("Results: " + results);
  }

  private static JsonArray read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        JsonReader reader = Json.createReader(in)) {
      return reader.readArray();
    }
  }

  private static void write(JsonArray results, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JsonWriter writer = Json.createWriter(out)) {
      writer.write(results);
    }
  }

  /** Takes a name and its value out of the arguments. */
  private static String take(
      List<String> arguments, String name, String otherwise, String pattern, String what) {
    int at = arguments.indexOf(name);
    if (at < 0) {
      return otherwise;
    }
    if (at + 1 == arguments.size() || !arguments.get(at + 1).matches(pattern)) {
      throw new IllegalArgumentException(name + " needs " + what);
    }
    arguments.remove(at);
    return arguments.remove(at);
  }
}
