package io.undercroft.plugin.redis;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Protocol.Command;

/** Single entries: a read is one command, a write one script. */
final class RedisKeyValue implements KeyValue {
  private static final int CLEARED_AT_ONCE = 500;

  private final Parts parts;
  private final Parts readers;
  private final RedisBatch batch;

  /**
   * Takes where it works.
   *
   * @param readers the same parts, by the way that entries are read
   */
  RedisKeyValue(Parts parts, Parts readers, RedisBatch batch) {
    this.parts = parts;
    this.readers = readers;
    this.batch = batch;
  }

  @Override
  public Optional<StoredEntry> get(String key) {
    byte[] name = Names.bytes(key);
    Space space = readers.of(name);
    byte[] value = space.names().value(name);
    byte[] entry = space.names().entry(name);
    List<byte[]> parts =
        space
            .server()
            .read(
                connection -> {
                  connection.sendCommand(Command.MGET, value, entry);
                  return connection.getBinaryMultiBulkReply();
                });
    return Optional.ofNullable(EntryLine.live(parts.get(0), parts.get(1), space.now()));
  }

  @Override
  public boolean has(String key) {
    byte[] name = Names.bytes(key);
    Space space = readers.of(name);
    byte[] entry = space.names().entry(name);
    byte[] line =
        space
            .server()
            .read(
                connection -> {
                  connection.sendCommand(Command.GET, entry);
                  return Optional.ofNullable(connection.getBinaryBulkReply());
                })
            .orElse(null);
    return line != null && EntryLine.isLive(line, space.now());
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    byte[] name = Names.bytes(key);
    Space space = parts.of(name);
    long now = space.now();
    String version = space.versions().next();
    Writing.Answer answer =
        space
            .shelf()
            .telling(
                known ->
                    Writing.answer(
                        space.write(
                            Writing.single(space, known, now, name, entry, version, precondition),
                            Script.PUT)));
    if (answer.broken() >= 0) {
      return new PutResult.Conflict(answer.found());
    }
    Long before = answer.before(0);
    return new PutResult.Written(EntryLine.written(entry, version, now, before), before == null);
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    byte[] name = Names.bytes(key);
    Space space = parts.of(name);
    Writing writing = new Writing(space, space.now());
    if (!(precondition instanceof Precondition.None)) {
      writing.check(name, precondition);
    }
    Writing.Answer answer = writing.remove(name).carryOut();
    if (answer.broken() >= 0) {
      return DeleteResult.CONFLICT;
    }
    return answer.before(0) == null ? DeleteResult.ABSENT : DeleteResult.DELETED;
  }

  /** Goes through the keys in their order, once, so that it ends whatever others write. */
  @Override
  public void clear() {
    parts.all().forEach(RedisKeyValue::clear);
  }

  private static void clear(Space space) {
    byte[] from = {'-'};
    while (true) {
      byte[] after = from;
      List<byte[]> keys =
          space
              .server()
              .read(
                  connection -> {
                    connection.sendCommand(
                        Command.ZRANGEBYLEX,
                        space.names().keys(),
                        after,
                        Names.bytes("+"),
                        Names.bytes("LIMIT"),
                        Names.bytes("0"),
                        Writing.number(CLEARED_AT_ONCE));
                    return connection.getBinaryMultiBulkReply();
                  });
      if (!keys.isEmpty()) {
        Writing writing = new Writing(space, space.now());
        keys.forEach(writing::remove);
        writing.carryOut();
      }
      if (keys.size() < CLEARED_AT_ONCE) {
        return;
      }
      from = KeyCursor.after(keys.get(keys.size() - 1));
    }
  }

  @Override
  public long size() {
    return parts.all().stream().mapToLong(RedisKeyValue::size).sum();
  }

  private static long size(Space space) {
    List<byte[]> keys = List.of(space.names().keys(), space.names().deadlines());
    byte[][] call = Script.SIZE.call(keys, List.of(Writing.number(space.now())));
    Object answer = space.server().read(connection -> Server.run(connection, call, Script.SIZE));
    if (answer instanceof Long size) {
      return size;
    }
    throw Server.strange(answer);
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return new PartedCursor<>(
        parts.all().stream().map(space -> new KeyCursor(space, prefix, pageSize)).toList());
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return new EntryCursor(keys(prefix, pageSize), batch, pageSize);
  }
}
