package io.undercroft.benchmarks;

import java.io.IOException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The same folder by {@code java.nio} and Yasson. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class RawFolder {
  private static final int VALUES = 1_024;

  @Param("10000")
  public int keys;

  @Param("COMPACT")
  public Layout layout;

  private String[] names;
  private Film[] values;
  private Scratch scratch;
  private RawJson json;
  private RawFiles files;

  @Setup
  public void open() throws IOException {
    names = Films.keys(keys);
    values = Films.films(VALUES);
    scratch = Scratch.create();
    json = new RawJson(layout);
    files = new RawFiles(scratch.directory(), json);
    files.fill(keys);
  }

  @TearDown
  public void close() throws IOException {
    json.close();
    scratch.close();
  }

  RawFiles files() {
    return files;
  }

  String key(Picks picks) {
    return names[picks.below(keys)];
  }

  Film value(Picks picks) {
    return values[picks.below(VALUES)];
  }
}
