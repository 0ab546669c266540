package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonReader;
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
 * Unless the arguments say where, the results are kept in {@code speed.json} beside the program.
 *
 * <p>With {@code -rounds N}, which is no argument of JMH, all that is chosen is run N times with
 * one fork, so that the two sides of a comparison are never more than a few minutes apart.
 */
public final class Benchmarks {
  private Benchmarks() {}

  public static void main(String[] arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    int rounds = takeRounds(all);
    if (all.contains("-rff")) {
      if (rounds > 1) {
        System.err.println("rounds are kept in speed.json: leave out -rff");
        System.exit(2);
      }
      Main.main(all.toArray(String[]::new));
      return;
    }
    Path results = Scratch.place().resolveSibling("speed.json");
    JsonArrayBuilder measured = Json.createArrayBuilder();
    for (int round = 1; round <= rounds; round++) {
      Files.deleteIfExists(results);
      List<String> jmh = new ArrayList<>(all);
      if (rounds > 1) {
        jmh.addAll(List.of("-f", "1"));
      }
      jmh.addAll(List.of("-rf", "json", "-rff", results.toString()));
      Main.main(jmh.toArray(String[]::new));
      if (!Files.exists(results)) {
        return; // after -h, -l and their like
      }
      try (InputStream in = Files.newInputStream(results);
          JsonReader reader = Json.createReader(in)) {
        reader.readArray().forEach(measured::add);
      }
    }
    try (OutputStream file = Files.newOutputStream(results);
        JsonWriter writer = Json.createWriter(file)) {
      writer.write(measured.build());
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println();
    out.print(Ratios.markdown(results));
    out.println();
    out.println("Results: " + results);
  }

  /** Takes the number of rounds out of the arguments; 1 if they do not say. */
  private static int takeRounds(List<String> arguments) {
    int at = arguments.indexOf("-rounds");
    if (at < 0) {
      return 1;
    }
    if (at + 1 == arguments.size() || !arguments.get(at + 1).matches("[1-9][0-9]{0,2}")) {
      System.err.println("-rounds needs a number from 1 to 999");
      System.exit(2);
    }
    arguments.remove(at);
    return Integer.parseInt(arguments.remove(at));
  }
}
