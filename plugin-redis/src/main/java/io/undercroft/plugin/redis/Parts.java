package io.undercroft.plugin.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The parts of a storage, each of which lies in one slot of a cluster, and so on one node; one
 * part, where there is no cluster. Which part has a key, the key alone says: by what it has in
 * braces, as in a cluster itself, or by all of it.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Parts {
  private final List<Space> spaces;

  Parts(List<Space> spaces) {
    this.spaces = List.copyOf(spaces);
  }

  /**
   * Returns the hash tags of the parts. Those of several are chosen so that their slots are as far
   * from each other as they can be: nodes have ranges of slots.
   */
  static List<String> tags(String storage, int parts) {
    return parts == 1
        ? List.of(storage)
        : IntStream.range(0, parts).mapToObj(part -> tag(storage, part, parts)).toList();
  }

  private static String tag(String storage, int part, int parts) {
    for (int i = 0; ; i++) {
      String tag = storage + "/" + part + (i == 0 ? "" : "." + i);
      if (JedisClusterCRC16.getSlot(tag) * parts / Shards.SLOTS == part) {
        return tag;
      }
    }
  }

  /** Returns the part that has this key. */
  Space of(byte[] key) {
    return isSole() ? first() : spaces.get(JedisClusterCRC16.getSlot(key) % spaces.size());
  }

  /** Returns the keys by the part that has them. */
  Map<Space, List<String>> grouped(Collection<String> keys) {
    Map<Space, List<String>> groups = new LinkedHashMap<>();
    if (isSole() && !keys.isEmpty()) {
      groups.put(first(), List.copyOf(keys));
      return groups;
    }
    for (String key : keys) {
      groups.computeIfAbsent(of(Names.bytes(key)), space -> new ArrayList<>()).add(key);
    }
    return groups;
  }

  List<Space> all() {
    return spaces;
  }

  Space first() {
    return spaces.get(0);
  }

  /** Returns whether there is no other than the first. */
  boolean isSole() {
    return spaces.size() == 1;
  }

  /** Returns the same parts, each made into something else. */
  Parts each(UnaryOperator<Space> change) {
    return new Parts(spaces.stream().map(change).toList());
  }
}
