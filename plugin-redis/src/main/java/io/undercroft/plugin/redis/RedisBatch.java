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
import redis.clients.jedis.Protocol.Command;

/**
 * Many entries: handfuls of them are read by one command or written by one script, and no handful
 * waits for the answer to the one before.
 */
final class RedisBatch implements Batch {
  private static final int READ_AT_ONCE = 250;
  private static final int WRITTEN_AT_ONCE = 100;
  private static final long BYTES_AT_ONCE = 1L << 20;

  private final Space space;

  RedisBatch(Space space) {
    this.space = space;
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    List<String> all = List.copyOf(keys);
    if (all.isEmpty()) {
      return Map.of();
    }
    List<byte[][]> calls = new ArrayList<>();
    for (int from = 0; from < all.size(); from += READ_AT_ONCE) {
      calls.add(names(all.subList(from, Math.min(all.size(), from + READ_AT_ONCE))));
    }
    List<List<byte[]>> answers =
        space
            .server()
            .read(
                connection -> {
                  for (byte[][] call : calls) {
                    connection.sendCommand(Command.MGET, call);
                  }
                  return Server.replies(connection, calls.size());
                });
    long now = space.now();
    Map<String, StoredEntry> found = new LinkedHashMap<>(all.size() * 2);
    int at = 0;
    for (List<byte[]> answer : answers) {
      for (int i = 0; i < answer.size(); i += 2) {
        StoredEntry entry = EntryLine.live(answer.get(i), answer.get(i + 1), now);
        if (entry != null) {
          found.put(all.get(at), entry);
        }
        at++;
      }
    }
    return found;
  }

  private byte[][] names(List<String> keys) {
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
    long now = space.now();
    List<Writing> handfuls = new ArrayList<>();
    Map<String, String> versions = new LinkedHashMap<>(entries.size() * 2);
    Writing writing = new Writing(space, now);
    for (Map.Entry<String, NewEntry> each : entries.entrySet()) {
      String version = space.versions().next();
      versions.put(each.getKey(), version);
      writing = roomy(writing, handfuls, now);
      writing.put(Names.bytes(each.getKey()), each.getValue(), version);
    }
    List<Long> before = carryOut(writing, handfuls);
    Map<String, EntryMeta> written = new LinkedHashMap<>(entries.size() * 2);
    int at = 0;
    for (Map.Entry<String, NewEntry> each : entries.entrySet()) {
      String version = versions.get(each.getKey());
      if (version == null) {
        throw new IllegalArgumentException("the map changed while it was written");
      }
      long created = before.get(at++);
      written.put(
          each.getKey(),
          EntryLine.written(each.getValue(), version, now, created < 0 ? null : created));
    }
    return written;
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    long now = space.now();
    List<Writing> handfuls = new ArrayList<>();
    Writing writing = new Writing(space, now);
    for (String key : new LinkedHashSet<>(keys)) { // a script writes no key twice
      writing = roomy(writing, handfuls, now);
      writing.remove(Names.bytes(key));
    }
    return carryOut(writing, handfuls).stream().filter(created -> created >= 0).count();
  }

  /** Returns a handful that has room for one more. */
  private Writing roomy(Writing writing, List<Writing> full, long now) {
    if (writing.writes() < WRITTEN_AT_ONCE && writing.bytes() < BYTES_AT_ONCE) {
      return writing;
    }
    full.add(writing);
    return new Writing(space, now);
  }

  /** Does all writes; returns for each when what it met was created, or -1. */
  private List<Long> carryOut(Writing last, List<Writing> handfuls) {
    if (last.writes() > 0) {
      handfuls.add(last);
    }
    List<Long> before = new ArrayList<>();
    if (handfuls.isEmpty()) {
      return before;
    }
    List<byte[][]> calls = handfuls.stream().map(Writing::call).toList();
    List<Object> answers = space.writeAll(calls, Script.WRITE);
    for (int i = 0; i < handfuls.size(); i++) {
      Writing.Answer answer = Writing.answer(answers.get(i));
      for (int write = 0; write < handfuls.get(i).writes(); write++) {
        Long created = answer.before(write);
        before.add(created == null ? -1 : created);
      }
    }
    return before;
  }
}
