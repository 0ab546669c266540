package io.undercroft.plugin.redis;

import java.nio.charset.StandardCharsets;

/**
 * What the keys of one part of a storage are called in the server. All of them carry the same hash
 * tag, so that a script may use them together.
 */
final class Names {
  private final byte[] value;
  private final byte[] entry;
  private final String common;
  private final byte[] keys;
  private final byte[] deadlines;
  private final byte[] changes;
  private final byte[] layout;
  private final byte[] indexes;
  private final byte[] places;
  private final byte[] bare;
  private final byte[] bareKeys;

  /**
   * Takes what the names begin with.
   *
   * @param tag the storage, or a part of it
   */
  Names(String namespace, String tag) {
    this.common = namespace + ":{" + tag + "}:";
    this.value = bytes(common + "value:");
    this.entry = bytes(common + "entry:");
    this.keys = bytes(common + "keys");
    this.deadlines = bytes(common + "deadlines");
    this.changes = bytes(common + "changes");
    this.layout = bytes(common + "layout");
    this.indexes = bytes(common + "indexes");
    this.places = bytes(common + "places");
    this.bare = bytes(common + "bare:");
    this.bareKeys = bytes(common + "bare-keys");
  }

  /** Returns the name of the bytes of this key. */
  byte[] value(byte[] key) {
    return join(value, key);
  }

  /** Returns the name of what is known beside them. */
  byte[] entry(byte[] key) {
    return join(entry, key);
  }

  /** Returns the name of the set of keys, in their order. */
  byte[] keys() {
    return keys;
  }

  /** Returns the name of the set of keys that have a deadline, in the order of deadlines. */
  byte[] deadlines() {
    return deadlines;
  }

  /** Returns the name of the log of changes. */
  byte[] changes() {
    return changes;
  }

  /** Returns the name of the mark that says how the storage is laid out. */
  byte[] layout() {
    return layout;
  }

  /** Returns the name of the definitions of indexes. */
  byte[] indexes() {
    return indexes;
  }

  /** Returns the name of what stands beside the entries: which places each has in indexes. */
  byte[] places() {
    return places;
  }

  /** Returns the name of what was written by hand under this key, for a comparison. */
  byte[] bare(byte[] key) {
    return join(bare, key);
  }

  /** Returns the name of the set of keys that were written by hand. */
  byte[] bareKeys() {
    return bareKeys;
  }

  /** Returns the name of the sorted set of an index. */
  byte[] index(String name) {
    return bytes(common + "index:" + name);
  }

  /** Returns what all names begin with. */
  @Override
  public String toString() {
    return common;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] join(byte[] prefix, byte[] key) {
    byte[] name = new byte[prefix.length + key.length];
    System.arraycopy(prefix, 0, name, 0, prefix.length);
    System.arraycopy(key, 0, name, prefix.length, key.length);
    return name;
  }
}
