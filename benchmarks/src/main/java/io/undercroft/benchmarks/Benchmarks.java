package io.undercroft.benchmarks;

import java.io.IOException;
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
 */
public final class Benchmarks {
  private Benchmarks() {}

  public static void main(String[] arguments) throws IOException {
    if (List.of(arguments).contains("-rff")) {
      Main.main(arguments);
      return;
    }
    Path results = Scratch.place().resolveSibling("speed.json");
    Files.deleteIfExists(results);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-rf", "json", "-rff", results.toString()));
    Main.main(all.toArray(String[]::new));
    if (Files.exists(results)) { // not after -h, -l and their like
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      out.println();
      out.print(Ratios.markdown(results));
      out.println();
      out.println("Results: " + results);
    }
  }
}
