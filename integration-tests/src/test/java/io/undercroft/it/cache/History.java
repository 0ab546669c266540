package io.undercroft.it.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * What was written and read, and when, in nanoseconds of the machine; and which of the reads were
 * too old.
 *
 * <p>A read is too old if what it found had been replaced for certain before it began: some other
 * write began after the one that was found had ended, and had taken effect before the read began. A
 * write has taken effect when it returned, or when a read that returned has found it. Where a view
 * may be behind what others write, their writes count as much later.
 *
 * <p><b>Threads:</b> writes and reads may be noted by many at once.
 */
final class History {
  /** What is found where no entry is. */
  static final long ABSENT = 0;

  /** What is found where there is an entry, and nobody looked at it. */
  static final long SOMETHING = -1;

  static final long NEVER = Long.MAX_VALUE;

  private final Map<String, Key> keys = new ConcurrentHashMap<>();

  /**
   * A view through which is written and read.
   *
   * @param number which
   * @param behind how far it may be behind what other views write, in nanoseconds
   */
  record View(int number, long behind) {}

  private record Write(long begin, long end, long value, int view) {}

  private record Read(long begin, long end, long value, View view) {}

  /** What happened to one key. */
  private static final class Key {
    final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    final Queue<Write> deadlines = new ConcurrentLinkedQueue<>();
    final Queue<Read> reads = new ConcurrentLinkedQueue<>();
  }

  private Key key(String name) {
    return keys.computeIfAbsent(name, fresh -> new Key());
  }

  /** Notes a write; its end is {@link #NEVER} where it is not known whether it happened. */
  void wrote(String name, long value, long begin, long end, View view) {
    key(name).writes.add(new Write(begin, end, value, view.number()));
  }

  /** Notes that what was written under a key ends by itself at some moment. */
  void ends(String name, long value, long moment) {
    key(name).deadlines.add(new Write(moment, NEVER, value, -1));
  }

  void read(String name, long value, long begin, long end, View view) {
    key(name).reads.add(new Read(begin, end, value, view));
  }

  /** Returns everything as lines of text, for another process. */
  Stream<String> lines() {
    return keys.entrySet().stream().flatMap(one -> lines(one.getKey(), one.getValue()));
  }

  private static Stream<String> lines(String name, Key key) {
    return Stream.of(
            key.writes.stream()
                .map(w -> line("w", name, w.value(), w.begin(), w.end(), w.view(), 0)),
            key.deadlines.stream().map(d -> line("d", name, d.value(), d.begin(), 0, 0, 0)),
            key.reads.stream()
                .map(
                    r ->
                        line(
                            "r",
                            name,
                            r.value(),
                            r.begin(),
                            r.end(),
                            r.view().number(),
                            r.view().behind())))
        .flatMap(lines -> lines);
  }

  private static String line(
      String kind, String name, long value, long begin, long end, int view, long behind) {
    return kind + ' ' + name + ' ' + value + ' ' + begin + ' ' + end + ' ' + view + ' ' + behind;
  }

  /** Adds what a line says. */
  void take(String line) {
    String[] parts = line.split(" ", -1);
    String name = parts[1];
    long value = Long.parseLong(parts[2]);
    long begin = Long.parseLong(parts[3]);
    long end = Long.parseLong(parts[4]);
    View view = new View(Integer.parseInt(parts[5]), Long.parseLong(parts[6]));
    switch (parts[0]) {
      case "w" -> wrote(name, value, begin, end, view);
      case "d" -> ends(name, value, begin);
      case "r" -> read(name, value, begin, end, view);
      default -> throw new IllegalArgumentException(line);
    }
  }

  long reads() {
    return keys.values().stream().mapToLong(key -> key.reads.size()).sum();
  }

  /** Returns what is wrong, one line each. */
  List<String> findings() {
    List<String> findings = new ArrayList<>();
    keys.forEach((name, key) -> new Judge(name, key).judge(findings));
    return findings;
  }

  /** Looks at the reads of one key. */
  private static final class Judge {
    private static final long SLACK = 250_000_000;

    private final String name;
    private final Key key;
    private final Write[] writes;
    private final Map<Long, Write> byValue = new HashMap<>();
    private final Map<Long, Long> deadlines = new HashMap<>();
    private final Map<View, long[]> replaced = new HashMap<>();
    private final Kind absent;
    private final Kind present;

    Judge(String name, Key key) {
      this.name = name;
      this.key = key;
      this.writes = sorted(key.writes);
      for (Write write : writes) {
        if (write.value() != ABSENT) {
          byValue.put(write.value(), write);
        }
      }
      key.deadlines.forEach(end -> deadlines.put(end.value(), end.begin()));
      List<Write> gone = new ArrayList<>(key.deadlines);
      gone.add(new Write(Long.MIN_VALUE, Long.MIN_VALUE, ABSENT, -1));
      List<Write> there = new ArrayList<>();
      for (Write write : writes) {
        (write.value() == ABSENT ? gone : there).add(write);
      }
      this.absent = new Kind(sorted(gone));
      this.present = new Kind(sorted(there));
    }

    private static Write[] sorted(Collection<Write> some) {
      return some.stream().sorted(Comparator.comparingLong(Write::begin)).toArray(Write[]::new);
    }

    void judge(List<String> findings) {
      for (Read read : key.reads) {
        String found = judge(read);
        if (!found.isEmpty()) {
          findings.add("key " + name + ": view " + read.view().number() + " " + found);
        }
      }
    }

    private String judge(Read read) {
      if (read.value() == ABSENT) {
        return late("no entry", absent.latestEnd(read.end()), read);
      }
      if (read.value() == SOMETHING) {
        return late("an entry", present.latestEnd(read.end()), read);
      }
      Write write = byValue.get(read.value());
      if (write == null || write.begin() > read.end()) {
        return "found " + read.value() + ", which nobody had written";
      }
      Long deadline = deadlines.get(read.value());
      if (deadline != null && read.begin() > deadline + SLACK) {
        return "found " + read.value() + " past its deadline";
      }
      return late(Long.toString(read.value()), write.end(), read);
    }

    /** What was found had ended being written at this moment, at the latest. */
    private String late(String what, long end, Read read) {
      if (end == NEVER) {
        return "";
      }
      long[] firstEffect = replaced.computeIfAbsent(read.view(), this::effects);
      int after = after(writes, end);
      if (after == writes.length || firstEffect[after] >= read.begin()) {
        return "";
      }
      return "found %s, which had been replaced %.3f ms before"
          .formatted(what, (read.begin() - firstEffect[after]) / 1e6);
    }

    /** For each write the first moment at which it or a later one had taken effect, for a view. */
    private long[] effects(View view) {
      Map<Long, Long> seen = new HashMap<>();
      for (Read read : key.reads) {
        if (read.value() > 0 && (view.behind() == 0 || read.view().equals(view))) {
          seen.merge(read.value(), read.end(), Math::min);
        }
      }
      long[] first = new long[writes.length];
      long least = NEVER;
      for (int i = writes.length - 1; i >= 0; i--) {
        Write write = writes[i];
        boolean own = view.behind() == 0 || write.view() == view.number();
        long effect = write.end();
        if (own && write.value() != ABSENT) {
          effect = Math.min(effect, seen.getOrDefault(write.value(), NEVER));
        }
        if (!own && effect != NEVER) {
          effect += view.behind();
        }
        least = Math.min(least, effect);
        first[i] = least;
      }
      return first;
    }

    /** Returns the index of the first that began after a moment. */
    private static int after(Write[] sorted, long moment) {
      int low = 0;
      int high = sorted.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (sorted[middle].begin() > moment) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    }

    /** The writes of one kind, which reads cannot tell apart. */
    private static final class Kind {
      private final Write[] sorted;
      private final long[] latest;

      Kind(Write[] sorted) {
        this.sorted = sorted;
        this.latest = Arrays.stream(sorted).mapToLong(Write::end).toArray();
        for (int i = 1; i < latest.length; i++) {
          latest[i] = Math.max(latest[i], latest[i - 1]);
        }
      }

      /** Returns the latest end of those that had begun at a moment. */
      long latestEnd(long moment) {
        int count = after(sorted, moment);
        return count == 0 ? Long.MIN_VALUE : latest[count - 1];
      }
    }
  }
}
