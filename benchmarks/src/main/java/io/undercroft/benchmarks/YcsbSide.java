package io.undercroft.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import site.ycsb.DB;

/**
 * One of the two sides of a comparison: where it keeps its records.
 *
 * @param dbs makes a database for one more thread
 * @param scans whether records are found from a key on in a way that the place itself offers; asked
 *     when there are some
 * @param place what is closed at the end
 */
record YcsbSide(Callable<DB> dbs, BooleanSupplier scans, Closeable place) implements Closeable {
  @Override
  public void close() throws IOException {
    place.close();
  }
}
