package io.undercroft.plugin.redis;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import redis.clients.jedis.Protocol.Command;

/**
 * Many entries: handfuls of them are read by one command or written by one script, and no handful
 * waits for the answer to the one before. What is read is handed on while the server is at the
 * next.
 */
final class RedisBatch implements Batch {
  private static final int READ_AT_ONCE = 125;
  private static final int WRITTEN_AT_ONCE = 100;
  private static final long BYTES_AT_ONCE = 1L << 20;

  private final Parts parts;
  private final Parts readers;

  RedisBatch(Parts parts) {
    this(parts, parts);
  }

  /**
   * Takes where it works.
   *
   * @param readers the same parts, by the way that entries are read
   */
  RedisBatch(Parts parts, Parts readers) {
    this.parts = parts;
    this.readers = readers;
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> found = new LinkedHashMap<>(keys.size() * 2);
    getEach(keys, found::put);
    return found;
  }

  @Override
  public void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
    readers.grouped(keys).forEach((space, some) -> get(space, some, found));
  }

  private static void get(Space space, List<String> all, BiConsumer<String, StoredEntry> found) {
    int handfuls = (all.size() + READ_AT_ONCE - 1) / READ_AT_ONCE;
    space
        .server()
        .read(
            connection -> {
              Server.ask(
                  connection,
                  Command.MGET,
                  handfuls,
                  number -> names(space, handful(all, number)),
                  (number, answer) -> handOn(handful(all, number), answer, space.now(), found));
              return found;
            });
  }

  private static List<String> handful(List<String> all, int number) {
    int from = number * READ_AT_ONCE;
    return all.subList(from, Math.min(all.size(), from + READ_AT_ONCE));
  }

  private static void handOn(
      List<String> keys, List<byte[]> answer, long now, BiConsumer<String, StoredEntry> found) {
    for (int i = 0; i < keys.size(); i++) {
      StoredEntry entry = EntryLine.live(answer.get(2 * i), answer.get(2 * i + 1), now);
      if (entry != null) {
        found.accept(keys.get(i), entry);
      }
    }
  }

  private static byte[][] names(Space space, List<String> keys) {
    byte[][] names = new byte[2 * keys.size()][];
    int at = 0;
    for (String key : keys) {
      byte[] name = Names.bytes(key);
      names[at++] = space.names().value(name);
      names[at++] = space.names().entry(name);
    }
    return names;
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    Map<String, EntryMeta> written = new LinkedHashMap<>(entries.size() * 2);
    parts.grouped(entries.keySet()).forEach((space, keys) -> put(space, keys, entries, written));
    return written;
  }

  private static void put(
      Space space,
      List<String> keys,
      Map<String, NewEntry> entries,
      Map<String, EntryMeta> written) {
    long now = space.now();
    List<Writing> handfuls = new ArrayList<>();
    List<String> versions = new ArrayList<>(keys.size());
    Writing writing = new Writing(space, now);
    for (String key : keys) {
      String version = space.versions().next();
      versions.add(version);
      writing = roomy(space, writing, handfuls, now);
      writing.put(Names.bytes(key), given(entries, key), version);
    }
    List<Long> before = carryOut(space, writing, handfuls);
    for (int i = 0; i < keys.size(); i++) {
      long created = before.get(i);
      written.put(
          keys.get(i),
          EntryLine.written(
              given(entries, keys.get(i)), versions.get(i), now, created < 0 ? null : created));
    }
  }

  private static NewEntry given(Map<String, NewEntry> entries, String key) {
    NewEntry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalArgumentException("the map changed while it was written");
    }
    return entry;
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    long deleted = 0;
    for (Map.Entry<Space, List<String>> some :
        parts.grouped(new LinkedHashSet<>(keys)).entrySet()) { // a script writes no key twice
      deleted += delete(some.getKey(), some.getValue());
    }
    return deleted;
  }

  private static long delete(Space space, List<String> keys) {
    long now = space.now();
    List<Writing> handfuls = new ArrayList<>();
    Writing writing = new Writing(space, now);
    for (String key : keys) {
      writing = roomy(space, writing, handfuls, now);
      writing.remove(Names.bytes(key));
    }
    return carryOut(space, writing, handfuls).stream().filter(created -> created >= 0).count();
  }

  /** Returns a handful that has room for one more. */
  private static Writing roomy(Space space, Writing writing, List<Writing> full, long now) {
    if (writing.writes() < WRITTEN_AT_ONCE && writing.bytes() < BYTES_AT_ONCE) {
      return writing;
    }
    full.add(writing);
    return new Writing(space, now);
  }

  /** Does all writes; returns for each when what it met was created, or -1. */
  private static List<Long> carryOut(Space space, Writing last, List<Writing> handfuls) {
    if (last.writes() > 0) {
      handfuls.add(last);
    }
    List<Long> before = new ArrayList<>();
    if (handfuls.isEmpty()) {
      return before;
    }
    KnownIndexes known = space.shelf().known();
    List<byte[][]> calls = handfuls.stream().map(writing -> writing.call(known)).toList();
    List<Object> answers = space.writeAll(calls, Script.WRITE);
    for (int i = 0; i < handfuls.size(); i++) {
      Writing.Answer answer = Writing.answer(answers.get(i));
      if (answer.isOutdated()) {
        space.shelf().refresh();
        answer = handfuls.get(i).carryOut();
      }
      answer.demandUnique(known);
      for (int write = 0; write < handfuls.get(i).writes(); write++) {
        Long created = answer.before(write);
        before.add(created == null ? -1 : created);
      }
    }
    return before;
  }
}
