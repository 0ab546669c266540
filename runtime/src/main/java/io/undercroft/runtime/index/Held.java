package io.undercroft.runtime.index;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an index holds of one entry. */
final class Held {
  final String key;

  /**
   * Its places in the index, in the index's order, all different; empty if it is left out, or is in
   * a fulltext index.
   */
  final List<Item> items;

  /** Whether a fulltext index finds it by its texts. */
  final boolean told;

  /** What a fulltext index is to take in; empty as soon as it has. */
  List<Text> texts;

  /** Whether no field led through an array: then an order may go by the one item. */
  final boolean plain;

  /**
   * Whether the items say nothing: the value cannot be read, would need too many, or has nothing,
   * not even a missing field, where one field of several leads. Such an entry is looked at by every
   * query.
   */
  final boolean loose;

  /** Whether it would need too many items. */
  final boolean overfull;

  /** About how many bytes all this takes. */
  final long bytes;

  /** The version that was read, once it is known; set before anybody else sees this. */
  String version = "";

  Optional<Instant> expires = Optional.empty();

  private Held(
      String key,
      List<Item> items,
      List<Text> texts,
      boolean plain,
      boolean loose,
      boolean overfull,
      long bytes) {
    this.key = key;
    this.items = items;
    this.texts = texts;
    this.told = !texts.isEmpty();
    this.plain = plain;
    this.loose = loose;
    this.overfull = overfull;
    this.bytes = bytes;
  }

  static Held loose(String key) {
    return new Held(key, List.of(), List.of(), false, true, false, 0);
  }

  static Held overfull(String key) {
    return new Held(key, List.of(), List.of(), false, true, true, 0);
  }

  static Held of(String key, List<Item> items, boolean plain, long bytes) {
    return new Held(key, items, List.of(), plain, false, false, bytes);
  }

  static Held of(String key, List<Text> texts, long bytes) {
    return new Held(key, List.of(), texts, true, false, false, bytes);
  }

  /** Returns whether the index has anything of the entry. */
  boolean isThere() {
    return loose || told || !items.isEmpty();
  }

  Held as(String seen, Optional<Instant> deadline) {
    version = seen;
    expires = deadline;
    return this;
  }

  /**
   * A text for a fulltext index.
   *
   * @param field the path that led to it
   */
  record Text(String field, String text) {}

  /** One place in an index. */
  static final class Item {
    /** One value for each field; null for what is missing. */
    final @Nullable Object[] values;

    final int hash;
    @Nullable Held owner;

    Item(@Nullable Object[] values, int hash) {
      this.values = values;
      this.hash = hash;
    }

    Held owner() {
      Held of = owner;
      if (of == null) {
        throw new IllegalStateException("an item is asked for its owner before it has one");
      }
      return of;
    }
  }
}
