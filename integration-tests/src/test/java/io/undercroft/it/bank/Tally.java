package io.undercroft.it.bank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Counts what banks report, over all their lives. <b>Threads:</b> guarded by itself. */
final class Tally implements Reports {
  private final List<Long> acknowledged;
  private final List<Long> transferNanos = new ArrayList<>();
  private final List<Long> beginNanos = new ArrayList<>();
  private final List<Long> snapshotNanos = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();
  private long conflicts;
  private long abandoned;

  Tally(Books books) {
    this.acknowledged = new ArrayList<>(Collections.nCopies(books.tellers(), 0L));
  }

  @Override
  public synchronized void transfer(int teller, long number, int attempts, long nanos) {
    if (number <= acknowledged.get(teller)) {
      wrong(
          Books.till(teller) + " counts transfer " + number + " after " + acknowledged.get(teller));
    }
    acknowledged.set(teller, number);
    conflicts += attempts - 1;
    transferNanos.add(nanos);
  }

  @Override
  public synchronized void snapshot(long begin, long nanos) {
    beginNanos.add(begin);
    snapshotNanos.add(nanos);
  }

  @Override
  public synchronized void abandoned(String why) {
    abandoned++;
  }

  @Override
  public synchronized void wrong(String what) {
    findings.add(what);
  }

  /** What was found after a crash is acknowledged from now on. */
  synchronized void found(List<Long> counted) {
    for (int teller = 0; teller < acknowledged.size(); teller++) {
      acknowledged.set(teller, counted.get(teller));
    }
  }

  /** Returns the number of the last transfer that each teller is known to have made. */
  synchronized List<Long> acknowledged() {
    return List.copyOf(acknowledged);
  }

  synchronized int transfers() {
    return transferNanos.size();
  }

  synchronized int snapshots() {
    return snapshotNanos.size();
  }

  synchronized List<String> findings() {
    return List.copyOf(findings);
  }

  @Override
  public synchronized String toString() {
    return transfers()
        + " transfers acknowledged ("
        + spread(transferNanos)
        + "; "
        + conflicts
        + " conflicts), "
        + snapshots()
        + " snapshots ("
        + spread(snapshotNanos)
        + ", to begin "
        + spread(beginNanos)
        + "; "
        + abandoned
        + " abandoned), "
        + findings.size()
        + " findings"
        + (findings.isEmpty() ? "" : ":\n  " + String.join("\n  ", findings));
  }

  private static String spread(List<Long> nanos) {
    if (nanos.isEmpty()) {
      return "none";
    }
    List<Long> sorted = nanos.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "median %.2f ms, most %.0f ms",
        sorted.get(sorted.size() / 2) / 1e6,
        sorted.get(sorted.size() - 1) / 1e6);
  }
}
