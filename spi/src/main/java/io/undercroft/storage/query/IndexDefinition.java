package io.undercroft.storage.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Objects;

/**
 * What an index covers.
 *
 * @param name 1 to 64 of {@code [A-Za-z0-9_-]}, unique in its storage
 * @param type the kind
 * @param fields at least one, in order; only ORDERED may have several with directions, FULLTEXT may
 *     have several without
 * @param unique whether two entries may not have the same values; only ORDERED and HASH may be
 * @param sparse whether entries that have none of the fields are left out; FULLTEXT and SPATIAL
 *     always leave out what has no text, and no point
 */
public record IndexDefinition(
    String name, Type type, List<Order> fields, boolean unique, boolean sparse) {
  /** The kinds of an index. */
  public enum Type {
    /** A sorted one: equality, ranges and order. */
    ORDERED,
    /** Equality only. */
    HASH,
    /** Words in texts and arrays of texts; what is no text is left out. */
    FULLTEXT,
    /** GeoJSON points and arrays of them; what is none, or not on the earth, is left out. */
    SPATIAL
  }

  /** Checks the name and the fields. */
  public IndexDefinition {
    Objects.requireNonNull(type, "type");
    fields = List.copyOf(fields);
    boolean valid = !name.isEmpty() && name.length() <= 64;
    for (int i = 0; valid && i < name.length(); i++) {
      char c = name.charAt(i);
      valid =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-';
    }
    if (!valid) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "index name "
              + StorageException.quote(name)
              + " is not valid: use 1 to 64 letters, digits, '_' or '-'");
    }
    if (fields.isEmpty()) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY, "index '" + name + "' names no field; name at least one");
    }
  }

  /** A sorted index over these fields. */
  public static IndexDefinition ordered(String name, Order... fields) {
    return new IndexDefinition(name, Type.ORDERED, List.of(fields), false, false);
  }

  /** An index for equality on one field. */
  public static IndexDefinition hash(String name, String field) {
    return new IndexDefinition(name, Type.HASH, List.of(Order.asc(field)), false, false);
  }

  /** An index for words in these fields. */
  public static IndexDefinition fulltext(String name, String... fields) {
    return new IndexDefinition(
        name, Type.FULLTEXT, List.of(fields).stream().map(Order::asc).toList(), false, false);
  }

  /** An index for GeoJSON points in one field. */
  public static IndexDefinition spatial(String name, String field) {
    return new IndexDefinition(name, Type.SPATIAL, List.of(Order.asc(field)), false, false);
  }

  /** Returns this index, refusing equal values. */
  public IndexDefinition asUnique() {
    return new IndexDefinition(name, type, fields, true, sparse);
  }

  /** Returns this index without the entries that have none of the fields. */
  public IndexDefinition asSparse() {
    return new IndexDefinition(name, type, fields, unique, true);
  }
}
