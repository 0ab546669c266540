package io.undercroft.benchmarks;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * The commands that the plugin sends for one entry: {@code MGET} of the value and of what stands
 * beside it, and the script that writes both, lists the key and logs the change. Many are a
 * pipeline of these.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class SameCommands extends JedisByHand {
  private static final String COMMON = "undercroft:{films}:";
  private static final String SCRIPTS = "/io/undercroft/plugin/redis/";
  private static final byte[] NONE = {'-'};
  private static final byte[] ANY = {'n'};
  private static final byte[] NOTHING = {};
  private static final byte[] CHANGES_KEPT = bytes("10000");
  private static final byte[] CHANGE_VALUE_BYTES = bytes("16384");
  private static final byte[] SETS_MILLIS = bytes("86400000");
  private static final byte[] JSON = bytes("- application/json");

  private final byte[] listed = bytes(COMMON + "keys");
  private final byte[] deadlines = bytes(COMMON + "deadlines");
  private final byte[] changes = bytes(COMMON + "changes");
  private final byte[] indexes = bytes(COMMON + "indexes");
  private final byte[] places = bytes(COMMON + "places");
  private byte[][] plain;
  private byte[][] values;
  private byte[][] entries;
  private byte[] script;
  private long version;

  @Override
  void connect(int port) {
    super.connect(port);
    plain = namesAfter("");
    values = namesAfter(COMMON + "value:");
    entries = namesAfter(COMMON + "entry:");
    script = client().scriptLoad(text(), listed);
  }

  private static byte[] text() {
    try (InputStream both = new SequenceInputStream(resource("index.lua"), resource("put.lua"))) {
      return both.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String file) throws FileNotFoundException {
    InputStream in = SameCommands.class.getResourceAsStream(SCRIPTS + file);
    if (in == null) {
      throw new FileNotFoundException("the plugin has no " + file);
    }
    return in;
  }

  @Override
  Film read(int key) {
    return json().decode(client().mget(values[key], entries[key]).get(0));
  }

  @Override
  void write(int key, Film film) {
    client().evalsha(script, names(key), arguments(key, film));
  }

  private List<byte[]> names(int key) {
    return List.of(listed, deadlines, changes, values[key], entries[key], indexes, places);
  }

  private List<byte[]> arguments(int key, Film film) {
    return List.of(
        bytes(Long.toString(System.currentTimeMillis())),
        CHANGES_KEPT,
        CHANGE_VALUE_BYTES,
        SETS_MILLIS,
        ANY,
        plain[key],
        bytes("1kqy8f0x2n4zq-" + Long.toString(++version, Character.MAX_RADIX)),
        json().encode(film),
        NONE,
        NONE,
        JSON,
        NOTHING, // the epoch of indexes, of which there are none
        NOTHING,
        NOTHING);
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    List<Response<List<byte[]>>> found = new ArrayList<>(keys.length);
    try (Pipeline pipeline = client().pipelined()) {
      for (int key : keys) {
        found.add(pipeline.mget(values[key], entries[key]));
      }
    }
    Map<String, Film> films = new HashMap<>();
    for (int i = 0; i < keys.length; i++) {
      films.put(name(keys[i]), json().decode(found.get(i).get().get(0)));
    }
    return films;
  }

  @Override
  void writeMany(int[] keys, Film[] films) {
    try (Pipeline pipeline = client().pipelined()) {
      for (int i = 0; i < keys.length; i++) {
        pipeline.evalsha(script, names(keys[i]), arguments(keys[i], films[i]));
      }
      demandAll(pipeline);
    }
  }
}
