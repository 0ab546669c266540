package io.undercroft.plugin.redis;

import io.undercroft.spi.Indexes;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Indexes as sorted sets, kept by the scripts that write. One that is created is known to every
 * writer before the entries that were there get their places; who does not know it yet is refused
 * by the script, and asks again.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class RedisIndexes implements Indexes {
  private static final int AT_ONCE = 100;

  private final Space space;
  private final RedisBatch batch;
  private final Map<Integer, Uses> uses = new ConcurrentHashMap<>();

  /** How often an index was of use to queries of this instance, and how often it was not. */
  private static final class Uses {
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
  }

  RedisIndexes(Space space, RedisBatch batch) {
    this.space = space;
    this.batch = batch;
  }

  Space space() {
    return space;
  }

  void hit(KnownIndexes.Kept index) {
    uses(index).hits.increment();
  }

  void missed(KnownIndexes.Kept index) {
    uses(index).misses.increment();
  }

  private Uses uses(KnownIndexes.Kept index) {
    return uses.computeIfAbsent(index.number(), number -> new Uses());
  }

  @Override
  public void create(IndexDefinition index) {
    if (index.type() != IndexDefinition.Type.ORDERED && index.type() != IndexDefinition.Type.HASH) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the index '"
              + index.name()
              + "' is of the kind "
              + index.type()
              + ", which redis does not keep; it keeps ORDERED and HASH");
    }
    List<String> fields = index.fields().stream().map(Order::field).toList();
    if (index.type() == IndexDefinition.Type.HASH && fields.size() > 1) {
      throw invalid(index, "is of the kind HASH and names " + fields.size() + " fields; name one");
    }
    if (fields.stream().distinct().count() < fields.size()) {
      throw invalid(index, "names a field twice; name each once");
    }
    if (!fields.stream().allMatch(Cell::isWellFormed)) {
      throw invalid(index, "names a field with half of a pair of characters");
    }
    while (true) {
      KnownIndexes known = space.shelf().refresh();
      KnownIndexes.Kept kept = known.find(index.name()).orElse(null);
      if (kept != null && !kept.definition().equals(index)) {
        throw StorageException.of(
            ErrorCode.INVALID_QUERY,
            "there is another index '" + index.name() + "'; drop it first, or choose another name");
      }
      if (kept != null && kept.ready()) {
        return;
      }
      if (kept == null) {
        define(known, known.with(index), index.name(), 'n');
      } else if (fill(known, index)) {
        define(known, known.ready(kept.number()), index.name(), 'n');
      }
    }
  }

  private static StorageException invalid(IndexDefinition index, String why) {
    return StorageException.of(ErrorCode.INVALID_QUERY, "the index '" + index.name() + "' " + why);
  }

  @Override
  public boolean drop(String name) {
    while (true) {
      KnownIndexes known = space.shelf().refresh();
      if (known.find(name).isEmpty()) {
        return false;
      }
      KnownIndexes without = known.without(name);
      if (define(known, without, name, without.all().isEmpty() ? 'a' : 'i')) {
        return true;
      }
    }
  }

  /** Changes the definitions; returns false if somebody else has meanwhile. */
  private boolean define(KnownIndexes from, KnownIndexes to, String name, char removing) {
    Names names = space.names();
    Object done =
        space.write(
            Script.DEFINE.call(
                List.of(names.indexes(), names.index(name), names.places()),
                List.of(
                    from.epoch(), Names.bytes(to.text()), Names.bytes(String.valueOf(removing)))),
            Script.DEFINE);
    space.shelf().refresh();
    return done.equals(1L);
  }

  /** Gives all entries their places; returns false if the definitions have changed meanwhile. */
  private boolean fill(KnownIndexes known, IndexDefinition index) {
    try (KeyCursor keys = new KeyCursor(space, "", AT_ONCE)) {
      for (List<String> page = keys.next(); !page.isEmpty(); page = keys.next()) {
        if (!fill(known, page)) {
          return false;
        }
      }
      return true;
    } catch (StorageException e) {
      if (e.code() == ErrorCode.DUPLICATE_KEY || e.code() == ErrorCode.INVALID_VALUE) {
        drop(index.name());
      }
      throw e;
    }
  }

  private boolean fill(KnownIndexes known, List<String> page) {
    Names names = space.names();
    List<byte[]> keys =
        new ArrayList<>(List.of(names.deadlines(), names.indexes(), names.places()));
    keys.addAll(known.sets(names));
    List<byte[]> arguments =
        new ArrayList<>(List.of(Writing.number(space.now()), known.epoch(), known.numbers()));
    for (Map.Entry<String, StoredEntry> found : batch.getMany(page).entrySet()) {
      byte[] key = Names.bytes(found.getKey());
      StoredEntry entry = found.getValue();
      keys.add(names.entry(key));
      arguments.add(key);
      arguments.add(Names.bytes(entry.meta().version()));
      arguments.add(known.places(key, entry.value(), entry.meta().contentType()));
    }
    Writing.Answer answer =
        Writing.answer(space.write(Script.FILL.call(keys, arguments), Script.FILL));
    answer.demandUnique(known);
    return !answer.isOutdated();
  }

  @Override
  public List<IndexInfo> list() {
    return space.shelf().refresh().all().stream().map(this::info).toList();
  }

  private IndexInfo info(KnownIndexes.Kept index) {
    byte[] set = space.names().index(index.definition().name());
    long entries =
        space
            .server()
            .read(
                connection -> {
                  connection.sendCommand(Command.ZCARD, set);
                  return connection.getIntegerReply();
                });
    return new IndexInfo(
        index.definition(),
        !index.ready(),
        entries,
        bytes(set),
        uses(index).hits.sum(),
        uses(index).misses.sum());
  }

  private long bytes(byte[] set) {
    return space
        .server()
        .read(
            connection -> {
              connection.sendCommand(Command.MEMORY, Names.bytes("USAGE"), set);
              try {
                return connection.getOne() instanceof Long bytes ? bytes : -1L;
              } catch (JedisDataException e) {
                return -1L; // the user may not ask
              }
            });
  }
}
