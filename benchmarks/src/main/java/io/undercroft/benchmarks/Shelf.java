package io.undercroft.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Values under keys, as one side of a comparison keeps them. Safe for several threads, but for
 * {@link #close}.
 *
 * @param <F> what stands for a film
 */
interface Shelf<F> extends AutoCloseable {
  /** Returns the value under a key that is there. */
  F get(String key) throws Exception;

  void set(String key, F value) throws Exception;

  /** Returns the values under keys that are all there, none of them twice. */
  Map<String, F> getMany(List<String> keys) throws Exception;

  /** Writes all of these, as one piece of work where there is such a thing. */
  void setMany(Map<String, F> values) throws Exception;

  /** Hands every value on. */
  void forEach(Consumer<? super F> to) throws Exception;

  /** Also removes what was made for the comparison. */
  @Override
  void close() throws IOException, SQLException;

  /** What is closed at the end of a comparison. */
  @FunctionalInterface
  interface Owner {
    void close() throws IOException, SQLException;
  }
}
