package io.undercroft.plugin.redis;

import io.undercroft.spi.BareDriver;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * By hand: a value under each key and nothing beside it, in the slots of the storage. What is
 * written for the first time is noted in a set, so that all of it is found when it is to go.
 */
final class BareKeys implements BareDriver {
  private static final int REMOVED_AT_ONCE = 500;

  private final Parts parts;
  private final Set<String> noted = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private BareKeys(Parts parts) {
    this.parts = parts;
  }

  /** Removes what an earlier one has left. */
  static BareKeys open(Parts parts) {
    BareKeys bare = new BareKeys(parts);
    bare.clear();
    return bare;
  }

  private void clear() {
    parts.all().forEach(space -> space.server().write(connection -> clear(connection, space)));
  }

  private static boolean clear(Connection connection, Space space) {
    byte[] notes = space.names().bareKeys();
    connection.sendCommand(Command.SMEMBERS, notes);
    List<byte[]> keys = connection.getBinaryMultiBulkReply();
    for (int from = 0; from < keys.size(); from += REMOVED_AT_ONCE) {
      connection.sendCommand(
          Command.DEL,
          keys.subList(from, Math.min(keys.size(), from + REMOVED_AT_ONCE)).stream()
              .map(space.names()::bare)
              .toArray(byte[][]::new));
      connection.getIntegerReply();
    }
    connection.sendCommand(Command.DEL, notes);
    connection.getIntegerReply();
    return true;
  }

  @Override
  public String description() {
    return "Jedis: GET, SET, MGET and MSET, over the same pool";
  }

  @Override
  public Optional<byte[]> get(String key) {
    checkOpen();
    byte[] name = Names.bytes(key);
    Space space = parts.of(name);
    return space
        .server()
        .read(
            connection -> {
              connection.sendCommand(Command.GET, space.names().bare(name));
              return Optional.ofNullable(connection.getBinaryBulkReply());
            });
  }

  @Override
  public void set(String key, byte[] value) {
    checkOpen();
    byte[] name = Names.bytes(key);
    Space space = parts.of(name);
    space
        .server()
        .write(
            connection -> {
              note(connection, space, key, name);
              connection.sendCommand(Command.SET, space.names().bare(name), value);
              return connection.getStatusCodeReply();
            });
    noted.add(key);
  }

  private void note(Connection connection, Space space, String key, byte[] name) {
    if (!noted.contains(key)) {
      connection.sendCommand(Command.SADD, space.names().bareKeys(), name);
      connection.getIntegerReply();
    }
  }

  @Override
  public Map<String, byte[]> getMany(Collection<String> keys) {
    checkOpen();
    Map<String, byte[]> found = new LinkedHashMap<>();
    parts
        .grouped(new LinkedHashSet<>(keys))
        .forEach(
            (space, some) -> {
              List<byte[]> values =
                  space
                      .server()
                      .read(
                          connection -> {
                            connection.sendCommand(Command.MGET, names(space, some));
                            return connection.getBinaryMultiBulkReply();
                          });
              for (int i = 0; i < values.size(); i++) {
                if (values.get(i) != null) {
                  found.put(some.get(i), values.get(i));
                }
              }
            });
    return found;
  }

  private static byte[][] names(Space space, List<String> keys) {
    return keys.stream().map(key -> space.names().bare(Names.bytes(key))).toArray(byte[][]::new);
  }

  @Override
  public void setMany(Map<String, byte[]> values) {
    checkOpen();
    parts
        .grouped(values.keySet())
        .forEach(
            (space, keys) -> {
              space.server().write(connection -> set(connection, space, keys, values));
              noted.addAll(keys);
            });
  }

  private boolean set(
      Connection connection, Space space, List<String> keys, Map<String, byte[]> values) {
    List<String> fresh = new ArrayList<>(keys);
    fresh.removeAll(noted);
    if (!fresh.isEmpty()) {
      List<byte[]> call = new ArrayList<>(List.of(space.names().bareKeys()));
      fresh.forEach(key -> call.add(Names.bytes(key)));
      connection.sendCommand(Command.SADD, call.toArray(byte[][]::new));
      connection.getIntegerReply();
    }
    List<byte[]> call = new ArrayList<>(2 * keys.size());
    for (String key : keys) {
      byte[] value = values.get(key);
      if (value != null) {
        call.add(space.names().bare(Names.bytes(key)));
        call.add(value);
      }
    }
    connection.sendCommand(Command.MSET, call.toArray(byte[][]::new));
    connection.getStatusCodeReply();
    return true;
  }

  private void checkOpen() {
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the driver was closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      clear();
    }
  }
}
