package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.query.Path;
import io.undercroft.runtime.query.Point;
import io.undercroft.runtime.query.Values;
import io.undercroft.storage.query.IndexDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a definition makes of documents: their items, and the order of these; or, for a fulltext
 * index, their texts.
 *
 * <p>A field that leads through an array or to one gives one item for everything that a condition
 * on it is tried on: for each element, and for the array itself. Several such fields give every
 * combination, up to 1,000 for an entry. A spatial index has an item for each point that the field
 * leads to, a fulltext one each text; what is no point, or no text, is not in it.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Shape {
  private static final int MOST_ITEMS = 1_000;
  private static final int ITEM_BYTES = 96;
  private static final int HELD_BYTES = 128;
  private static final int VALUE_BYTES = 24;

  final IndexDefinition definition;
  final List<Path> paths;
  private final boolean[] descending;
  private final boolean hashed;

  /** By the values, then by key. */
  final Comparator<Item> order;

  Shape(IndexDefinition definition) {
    this.definition = definition;
    this.paths = definition.fields().stream().map(field -> Path.of(field.field())).toList();
    this.hashed = definition.type() == IndexDefinition.Type.HASH;
    this.descending =
        new boolean
            [switch (definition.type()) {
              case ORDERED, HASH -> paths.size();
              case FULLTEXT -> 0;
              case SPATIAL -> Cells.WIDTH;
            }];
    for (int i = 0; definition.type() == IndexDefinition.Type.ORDERED && i < width(); i++) {
      descending[i] = definition.fields().get(i).descending();
    }
    this.order =
        (left, right) -> {
          int compared = compare(left, right, descending.length);
          return compared != 0
              ? compared
              : Values.compareTexts(left.owner().key, right.owner().key);
        };
  }

  int width() {
    return descending.length;
  }

  boolean isHashed() {
    return hashed;
  }

  boolean isSpatial() {
    return definition.type() == IndexDefinition.Type.SPATIAL;
  }

  boolean isFulltext() {
    return definition.type() == IndexDefinition.Type.FULLTEXT;
  }

  boolean isDescending(int field) {
    return descending[field];
  }

  String field(int field) {
    return definition.fields().get(field).field();
  }

  /** Returns the number of a field that it has. */
  int find(String field) {
    for (int i = 0; i < paths.size(); i++) {
      if (field(i).equals(field)) {
        return i;
      }
    }
    throw new IllegalArgumentException("there is no field '" + field + "' in the index");
  }

  /** Compares two values as the order of a field has them. */
  int compare(int field, @Nullable Object left, @Nullable Object right) {
    int compared = Values.compare(left, right);
    return descending[field] ? -compared : compared;
  }

  /** Compares the first so many values of two items. */
  int compare(Item left, Item right, int fields) {
    if (hashed && fields > 0) {
      int hashes = Integer.compare(left.hash, right.hash);
      if (hashes != 0) {
        return hashes;
      }
    }
    for (int i = 0; i < fields; i++) {
      int compared = compare(i, left.values[i], right.values[i]);
      if (compared != 0) {
        return compared;
      }
    }
    return 0;
  }

  /** Returns an item that stands nowhere, to look for others. */
  Item probe(@Nullable Object... values) {
    return new Item(values, hash(values));
  }

  private int hash(@Nullable Object[] values) {
    return hashed ? Values.hash(values[0]) : 0;
  }

  /** Returns what is to be held of a document. */
  Held hold(String key, Map<?, ?> document) {
    return switch (definition.type()) {
      case ORDERED, HASH -> holdValues(key, document);
      case FULLTEXT -> holdTexts(key, document);
      case SPATIAL -> holdPoints(key, document);
    };
  }

  private Held holdTexts(String key, Map<?, ?> document) {
    List<Held.Text> texts = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      List<@Nullable Object> values = new ArrayList<>(1);
      paths.get(i).gather(document, values);
      for (Object value : values) {
        if (value instanceof String text) {
          texts.add(new Held.Text(field(i), text));
        }
      }
    }
    return Held.of(key, texts, HELD_BYTES);
  }

  /** Returns the points that the field of a spatial index leads to. */
  List<Point> points(Map<?, ?> document) {
    List<Point> points = new ArrayList<>(1);
    gatherPoints(document, points);
    return points;
  }

  private boolean gatherPoints(Map<?, ?> document, List<Point> into) {
    List<@Nullable Object> values = new ArrayList<>(1);
    boolean plain = paths.get(0).gather(document, values);
    for (Object value : values) {
      Point point = Point.of(value);
      if (point != null) {
        into.add(point);
      }
    }
    return plain;
  }

  private Held holdPoints(String key, Map<?, ?> document) {
    List<Point> points = new ArrayList<>(1);
    boolean plain = gatherPoints(document, points);
    List<Item> items = new ArrayList<>(points.size());
    points.forEach(point -> items.add(new Item(Cells.values(point), 0)));
    if (items.size() > MOST_ITEMS) {
      return Held.overfull(key);
    }
    return held(key, distinct(items), plain);
  }

  private List<Item> distinct(List<Item> items) {
    items.sort((left, right) -> compare(left, right, width()));
    List<Item> distinct = new ArrayList<>(items.size());
    for (Item item : items) {
      if (distinct.isEmpty() || compare(distinct.get(distinct.size() - 1), item, width()) != 0) {
        distinct.add(item);
      }
    }
    return distinct;
  }

  private Held holdValues(String key, Map<?, ?> document) {
    List<List<@Nullable Object>> found = new ArrayList<>(paths.size());
    boolean plain = true;
    boolean present = false;
    long combinations = 1;
    for (Path path : paths) {
      List<@Nullable Object> values = new ArrayList<>(1);
      plain &= path.gather(document, values);
      present |= values.stream().anyMatch(value -> value != Values.MISSING);
      if (values.size() > 1) {
        values = distinctValues(values);
      }
      found.add(values);
      combinations *= values.size();
      if (combinations > MOST_ITEMS) {
        return Held.overfull(key);
      }
    }
    if (combinations == 0 && width() > 1) {
      return Held.loose(key);
    }
    if (definition.sparse() && !present) {
      return Held.of(key, List.of(), true, HELD_BYTES);
    }
    List<Item> items = new ArrayList<>((int) combinations);
    combine(found, new @Nullable Object[width()], 0, items);
    items.sort((left, right) -> compare(left, right, width()));
    return held(key, items, plain);
  }

  private static Held held(String key, List<Item> items, boolean plain) {
    Held held = Held.of(key, List.copyOf(items), plain, bytes(items));
    items.forEach(item -> item.owner = held);
    return held;
  }

  private static List<@Nullable Object> distinctValues(List<@Nullable Object> values) {
    values.sort(Values::compare);
    List<@Nullable Object> distinct = new ArrayList<>(values.size());
    for (Object value : values) {
      if (distinct.isEmpty() || Values.compare(distinct.get(distinct.size() - 1), value) != 0) {
        distinct.add(value);
      }
    }
    return distinct;
  }

  private void combine(
      List<List<@Nullable Object>> found, @Nullable Object[] chosen, int at, List<Item> into) {
    if (at == chosen.length) {
      @Nullable Object[] values = chosen.clone();
      into.add(new Item(values, hash(values)));
      return;
    }
    for (Object value : found.get(at)) {
      chosen[at] = value == Values.MISSING ? null : value;
      combine(found, chosen, at + 1, into);
    }
  }

  private static long bytes(List<Item> items) {
    long bytes = HELD_BYTES;
    for (Item item : items) {
      bytes += ITEM_BYTES;
      for (Object value : item.values) {
        bytes += value instanceof String text ? VALUE_BYTES + text.length() : VALUE_BYTES;
      }
    }
    return bytes;
  }
}
