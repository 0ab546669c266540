package io.undercroft.benchmarks;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.undercroft.storage.Entry;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * Opens a storage of many entries and goes through them: the part of {@link MillionKeys} and {@link
 * MillionRows} with little memory, in a JVM of its own.
 */
public final class StreamsInSmallHeap {
  private static final String NAME = "films";
  private static final AtomicLong FULLEST = new AtomicLong();

  private StreamsInSmallHeap() {}

  /** A way through all entries. */
  enum Way {
    KEYS {
      @Override
      Stream<String> of(Storage<Object> films) {
        return films.keys();
      }
    },
    ENTRIES {
      @Override
      Stream<String> of(Storage<Object> films) {
        return films.entries().map(Entry::key);
      }
    },
    QUERY {
      @Override
      Stream<String> of(Storage<Object> films) {
        return films.queryable().query(Query.all()).map(QueryResult::key);
      }
    };

    abstract Stream<String> of(Storage<Object> films);
  }

  /** Starts the JVM and returns with what it ended. */
  static int run(int count, List<Way> ways, Map<String, String> settings)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                StreamsInSmallHeap.class.getName(),
                String.valueOf(count),
                String.join(",", ways.stream().map(Way::name).toList())));
    settings.forEach((name, value) -> command.add(name + "=" + value));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  /**
   * Goes through the entries; ends with 1 if one is missing, twice or not expected.
   *
   * @param arguments the number of entries, the ways, and the settings of the storage
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int expected = Integer.parseInt(arguments[0]);
    Map<String, String> settings = new HashMap<>();
    for (String setting : List.of(arguments).subList(2, arguments.length)) {
      int at = setting.indexOf('=');
      settings.put(setting.substring(0, at), setting.substring(at + 1));
    }
    watchHeap();
    long start = System.nanoTime();
    try (Undercroft undercroft =
        Undercroft.builder().withoutAmbientConfig().storage(NAME, settings).open()) {
      Storage<Object> films = undercroft.storage(NAME, Object.class);
      long size = films.size();
      out.printf("open and size() = %,d: %,d ms%n", size, MillionKeys.millisSince(start));
      for (String name : List.of(arguments[1].split(",", -1))) {
        Way way = Way.valueOf(name);
        FULLEST.set(0);
        start = System.nanoTime();
        int count = count(way.of(films), expected);
        out.printf(
            "%s gave %,d: %,d ms, heap %,d MiB at its peak of %,d MiB allowed",
            way, count, MillionKeys.millisSince(start), FULLEST.get() >> 20, allowed());
        System.gc();
        out.printf(", %,d MiB live at the end%n", used());
        if (count != expected || size != expected) {
          throw new IllegalStateException("expected " + expected + " entries");
        }
      }
    }
  }

  private static int count(Stream<String> stream, int expected) {
    BitSet seen = new BitSet(expected);
    try (Stream<String> keys = stream) {
      for (Iterator<String> each = keys.iterator(); each.hasNext(); ) {
        String key = each.next();
        int number = Integer.parseInt(key.substring(key.indexOf('-') + 1));
        if (seen.get(number) || !key.equals(Films.key(number))) {
          throw new IllegalStateException("key '" + key + "' came twice, or is not one of ours");
        }
        seen.set(number);
      }
    }
    return seen.cardinality();
  }

  /** Notes, before each collection, how much of the heap is used; that is where it is fullest. */
  private static void watchHeap() {
    Set<String> heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener(
              (notification, handback) ->
                  FULLEST.accumulateAndGet(usedBefore(notification, heap), Math::max),
              null,
              null);
    }
  }

  private static long usedBefore(Notification notification, Set<String> heap) {
    return GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
        .getGcInfo()
        .getMemoryUsageBeforeGc()
        .entrySet()
        .stream()
        .filter(pool -> heap.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  private static long allowed() {
    return Runtime.getRuntime().maxMemory() >> 20;
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
  }
}
