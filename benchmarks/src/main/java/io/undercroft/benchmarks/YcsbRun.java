package io.undercroft.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import site.ycsb.DB;
import site.ycsb.DBException;
import site.ycsb.Workload;
import site.ycsb.WorkloadException;
import site.ycsb.measurements.Measurements;
import site.ycsb.measurements.exporter.MeasurementsExporter;
import site.ycsb.workloads.CoreWorkload;

/**
 * One side under one workload, round after round.
 *
 * <p><b>Threads:</b> for one thread; it starts those that YCSB asks for.
 */
final class YcsbRun implements AutoCloseable {
  private static final String HALF = "50thPercentileLatency(us)";
  private static final String MOST = "99thPercentileLatency(us)";

  static {
    Measurements.setProperties(new Properties()); // CoreWorkload notes something of its own there
  }

  private final Workload workload = new CoreWorkload();
  private final List<DB> dbs = new ArrayList<>();
  private long inserts;

  /**
   * What a round came to.
   *
   * @param perSecond how many operations a second
   * @param times by YCSB's names of the operations
   */
  record Round(double perSecond, Map<String, Times> times) {}

  /** How many nanoseconds half of the calls, and 99 of 100, took at most. */
  record Times(double half, double most) {}

  private YcsbRun(YcsbSide side, Properties properties, int threads) throws Exception {
    workload.init(properties);
    for (int i = 0; i < threads; i++) {
      dbs.add(side.dbs().call());
    }
  }

  /** Fills a place. */
  static void load(YcsbSide side, int records) throws Exception {
    try (YcsbRun run = new YcsbRun(side, YcsbWorkload.C.properties(records, records), 1)) {
      run.go(records, true);
    }
  }

  /**
   * Prepares a workload.
   *
   * @param records how many there are
   */
  static YcsbRun of(YcsbSide side, YcsbWorkload workload, long records, int operations, int threads)
      throws Exception {
    return new YcsbRun(side, workload.properties(records, operations), threads);
  }

  /** Carries out so many operations, by all threads together. */
  Round round(int operations) throws Exception {
    return go(operations, false);
  }

  /** Returns how many records were written anew. */
  long inserts() {
    return inserts;
  }

  private Round go(int operations, boolean loading) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("hdrhistogram.percentiles", "50,99");
    Measurements measurements = new Measurements(properties);
    List<TimedDb> timed = dbs.stream().map(db -> new TimedDb(db, measurements)).toList();
    ExecutorService threads = Executors.newFixedThreadPool(dbs.size());
    try {
      int each = Math.max(1, operations / dbs.size());
      long start = System.nanoTime();
      List<Future<?>> parts = new ArrayList<>();
      for (TimedDb db : timed) {
        parts.add(threads.submit(() -> work(db, each, loading)));
      }
      for (Future<?> part : parts) {
        part.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      inserts += timed.stream().mapToLong(TimedDb::inserts).sum();
      return new Round(each * dbs.size() / seconds, times(measurements));
    } finally {
      threads.shutdownNow();
    }
  }

  private void work(DB db, int operations, boolean loading) {
    for (int i = 0; i < operations; i++) {
      if (loading) {
        workload.doInsert(db, this);
      } else {
        workload.doTransaction(db, this);
      }
    }
  }

  private static Map<String, Times> times(Measurements measurements) throws IOException {
    Map<String, Map<String, Double>> exported = new TreeMap<>();
    measurements.exportMeasurements(
        new MeasurementsExporter() {
          @Override
          public void write(String metric, String measurement, int value) {
            write(metric, measurement, (double) value);
          }

          @Override
          public void write(String metric, String measurement, long value) {
            write(metric, measurement, (double) value);
          }

          @Override
          public void write(String metric, String measurement, double value) {
            exported.computeIfAbsent(metric, name -> new TreeMap<>()).put(measurement, value);
          }

          @Override
          public void close() {}
        });
    Map<String, Times> times = new TreeMap<>();
    exported.forEach(
        (operation, all) ->
            times.put(
                operation,
                new Times(all.getOrDefault(HALF, Double.NaN), all.getOrDefault(MOST, Double.NaN))));
    return times;
  }

  @Override
  public void close() throws DBException, WorkloadException {
    for (DB db : dbs) {
      db.cleanup();
    }
    workload.cleanup();
  }
}
