package io.undercroft.benchmarks;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How much processor time one call on a Redis server takes, in the threads of Java and in the
 * server: on a machine that has much else to do this says more than the time that passes. What is
 * compared takes turns in one JVM, and is compared turn by turn.
 */
final class ProcessorTime {
  private static final int WARM_UP = 4;
  private static final int TURNS = 8;
  private static final int COUNT = 1_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ProcessorTime() {}

  /** One way with a server of its own, and what each turn took, in microseconds a call. */
  private static final class Way {
    private final FilmsInRedis films;
    private final Picks picks = new Picks();
    private final double[] here = new double[TURNS];
    private final double[] server = new double[TURNS];

    Way(FilmsInRedis films) throws Exception {
      this.films = films;
      films.keys = 10_000;
      films.open();
      picks.begin(0);
    }

    void turn(BiConsumer<FilmsInRedis, Picks> work, int calls, int turn) {
      long ours = ours();
      long theirs = theirs();
      for (int i = 0; i < calls; i++) {
        work.accept(films, picks);
      }
      if (turn >= 0) {
        here[turn] = (ours() - ours) / 1_000.0 / calls;
        server[turn] = (theirs() - theirs) / 1_000.0 / calls;
      }
    }

    private long theirs() {
      return films.process().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private String name() {
      return films.getClass().getSimpleName();
    }
  }

  /** Compilers and collectors are no threads of Java, and not counted. */
  private static long ours() {
    return Arrays.stream(THREADS.getAllThreadIds())
        .map(THREADS::getThreadCpuTime)
        .filter(nanos -> nanos > 0)
        .sum();
  }

  /** Prints a line for each way of each work: its time, and how many times that ours is. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<Way> ways =
        List.of(new Way(new OurRedis()), new Way(new SameCommands()), new Way(new RawRedis()));
    Map<String, BiConsumer<FilmsInRedis, Picks>> works = new LinkedHashMap<>();
    works.put("get", FilmsInRedis::get);
    works.put("set", FilmsInRedis::set);
    works.put("getMany", (films, picks) -> films.getMany(picks, COUNT));
    works.put("setMany", (films, picks) -> films.setMany(picks, COUNT));
    try {
      works.forEach((name, work) -> measure(out, name, work, ways));
    } finally {
      for (Way way : ways) {
        way.films.close();
      }
    }
  }

  private static void measure(
      PrintStream out, String name, BiConsumer<FilmsInRedis, Picks> work, List<Way> ways) {
    int calls = name.endsWith("Many") ? 25 : 8_000;
    for (int turn = -WARM_UP; turn < TURNS; turn++) {
      for (Way way : ways) {
        way.turn(work, calls, turn);
      }
    }
    Way ours = ways.get(0);
    for (Way way : ways) {
      out.printf(
          Locale.ROOT,
          "%-8s %-13s %s µs here, %s µs in the server; ours = 1: %s here, %s together%n",
          name,
          way.name(),
          text(turn -> way.here[turn]),
          text(turn -> way.server[turn]),
          text(turn -> way.here[turn] / ours.here[turn]),
          text(
              turn -> (way.here[turn] + way.server[turn]) / (ours.here[turn] + ours.server[turn])));
    }
  }

  /** Returns the mean of the turns, with its 95 % confidence interval. */
  private static String text(IntToDoubleFunction figure) {
    return Figure.mean(IntStream.range(0, TURNS).mapToObj(figure::applyAsDouble).toList()).text(2);
  }
}
