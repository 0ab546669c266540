package io.undercroft.plugin.redis;

import io.undercroft.spi.NewEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of a storage as they stand in the server: a first line with an epoch, which is
 * another one after every change, and the next number; then a line for each index.
 *
 * <p><b>Threads:</b> immutable.
 */
final class KnownIndexes {
  /** Where there has never been an index. */
  static final KnownIndexes NONE = new KnownIndexes("", 1, List.of());

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String JSON = "application/json";

  private final String epoch;
  private final int next;
  private final List<Kept> kept;
  private final SeenFields fields;
  private final byte[] numbers;

  /**
   * An index.
   *
   * @param number what it is called beside the entries; no other ever was or will be
   * @param ready whether all entries have their places
   */
  record Kept(IndexDefinition definition, int number, boolean ready) {
    boolean isDescending(int field) {
      return definition.type() == IndexDefinition.Type.ORDERED
          && definition.fields().get(field).descending();
    }
  }

  private KnownIndexes(String epoch, int next, List<Kept> kept) {
    this.epoch = epoch;
    this.next = next;
    this.kept = kept;
    this.fields =
        new SeenFields(
            kept.stream()
                .flatMap(index -> index.definition().fields().stream())
                .map(Order::field)
                .toList());
    this.numbers =
        Names.bytes(
            kept.stream()
                .map(index -> index.number() + (index.definition().unique() ? "u" : ""))
                .collect(Collectors.joining(" ")));
  }

  /** Reads what stands in the server. */
  static KnownIndexes of(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    List<String> lines = text.lines().toList();
    String[] head = lines.get(0).split(" ", -1);
    List<Kept> kept = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split(" ", -1);
      List<Order> fields = new ArrayList<>();
      for (int i = 5; i < parts.length; i++) {
        String field = URLDecoder.decode(parts[i].substring(1), StandardCharsets.UTF_8);
        fields.add(new Order(field, parts[i].charAt(0) == '-'));
      }
      kept.add(
          new Kept(
              new IndexDefinition(
                  parts[2],
                  IndexDefinition.Type.valueOf(parts[3]),
                  fields,
                  parts[4].contains("unique"),
                  parts[4].contains("sparse")),
              Integer.parseInt(parts[0]),
              parts[1].equals("ready")));
    }
    return new KnownIndexes(head[0], Integer.parseInt(head[1]), List.copyOf(kept));
  }

  /** Returns what is to stand in the server. */
  String text() {
    StringBuilder text = new StringBuilder(epoch + " " + next + "\n");
    for (Kept index : kept) {
      IndexDefinition definition = index.definition();
      text.append(index.number())
          .append(index.ready() ? " ready " : " building ")
          .append(definition.name())
          .append(' ')
          .append(definition.type())
          .append(' ')
          .append(definition.unique() ? "unique," : "")
          .append(definition.sparse() ? "sparse," : "")
          .append('-');
      for (Order field : definition.fields()) {
        text.append(field.descending() ? " -" : " +")
            .append(URLEncoder.encode(field.field(), StandardCharsets.UTF_8));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String newEpoch() {
    return String.format("%016x", RANDOM.nextLong());
  }

  /** Returns these and one that is being built. */
  KnownIndexes with(IndexDefinition definition) {
    List<Kept> more = new ArrayList<>(kept);
    more.add(new Kept(definition, next, false));
    return new KnownIndexes(newEpoch(), next + 1, List.copyOf(more));
  }

  /** Returns these, with one that can be used. */
  KnownIndexes ready(int number) {
    return new KnownIndexes(
        newEpoch(),
        next,
        kept.stream()
            .map(
                index ->
                    index.number() == number ? new Kept(index.definition(), number, true) : index)
            .toList());
  }

  /** Returns these without one. */
  KnownIndexes without(String name) {
    return new KnownIndexes(
        newEpoch(),
        next,
        kept.stream().filter(index -> !index.definition().name().equals(name)).toList());
  }

  List<Kept> all() {
    return kept;
  }

  Optional<Kept> find(String name) {
    return kept.stream().filter(index -> index.definition().name().equals(name)).findFirst();
  }

  /** Returns the index with this number. */
  Optional<Kept> find(long number) {
    return kept.stream().filter(index -> index.number() == number).findFirst();
  }

  byte[] epoch() {
    return Names.bytes(epoch);
  }

  /** Returns the numbers, as scripts take them. */
  byte[] numbers() {
    return numbers;
  }

  /** Returns the names of the sorted sets, in the order of the numbers. */
  List<byte[]> sets(Names names) {
    return kept.stream().map(index -> names.index(index.definition().name())).toList();
  }

  /**
   * Returns the places of an entry in all indexes, as scripts take them.
   *
   * @throws StorageException INVALID_VALUE if a unique index cannot tell its place
   */
  byte[] places(byte[] key, NewEntry entry) {
    return places(key, entry.value(), entry.contentType());
  }

  /** The same of an entry that is stored. */
  byte[] places(byte[] key, byte[] value, String contentType) {
    if (kept.isEmpty()) {
      return new byte[0];
    }
    @Nullable Object[] found = contentType.equals(JSON) ? fields.read(value) : null;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Kept index : kept) {
      byte[] cells = cells(index, found);
      if (cells == null) {
        continue;
      }
      if (index.definition().unique() && (cells[0] & 0xFF) == Cell.ODD) {
        throw StorageException.of(
            ErrorCode.INVALID_VALUE,
            "the entry "
                + StorageException.quote(Names.text(key))
                + " has an array, an object or a text of more than 200 characters where the unique"
                + " index '"
                + index.definition().name()
                + "' looks, or is no JSON; give it a short value there, or drop the index");
      }
      byte[] member = member(cells, key);
      out.writeBytes(
          ByteBuffer.allocate(6).putShort((short) index.number()).putInt(member.length).array());
      out.writeBytes(member);
    }
    return out.toByteArray();
  }

  private static byte[] member(byte[] cells, byte[] key) {
    return ByteBuffer.allocate(cells.length + key.length + 3)
        .put(cells)
        .put(key)
        .put((byte) 0)
        .putShort((short) key.length)
        .array();
  }

  /**
   * Returns what an index has of a document; nothing if it is sparse and has none of the fields.
   */
  private byte @Nullable [] cells(Kept index, @Nullable Object @Nullable [] found) {
    byte[] odd = {(byte) Cell.ODD};
    if (found == null) {
      return odd;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean present = false;
    for (int i = 0; i < index.definition().fields().size(); i++) {
      Object value = found[fields.number(index.definition().fields().get(i).field())];
      if (value == SeenFields.ODD) {
        return odd;
      }
      present |= value != SeenFields.MISSING;
      out.writeBytes(Cell.of(value == SeenFields.MISSING ? null : value, index.isDescending(i)));
    }
    return index.definition().sparse() && !present ? null : out.toByteArray();
  }
}
