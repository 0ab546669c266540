package io.undercroft.benchmarks;

import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A film to the bytes of its JSON, and back. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class CodecWork extends SideBySide {
  private static final int VALUES = 1_024;

  @Param public JsonBy by;

  private JsonBy.Json json;
  private Film[] films;
  private List<byte[]> texts;

  @Setup
  public void open() {
    json = by.open();
    films = Films.films(VALUES);
    texts = Arrays.stream(films).map(json.encode()).toList();
  }

  @TearDown
  public void close() throws Exception {
    json.owner().close();
  }

  @Benchmark
  public byte[] encode(Picks picks) {
    return json.encode().apply(films[picks.below(VALUES)]);
  }

  @Benchmark
  public Film decode(Picks picks) {
    return json.decode().apply(texts.get(picks.below(VALUES)));
  }
}
