package io.undercroft.runtime.index;

import io.undercroft.runtime.query.Documents;
import io.undercroft.runtime.query.Values;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Definitions as a document, as an {@link io.undercroft.spi.IndexHome} keeps them. */
final class Definitions {
  private static final String NAME = "name";
  private static final String TYPE = "type";
  private static final String FIELDS = "fields";
  private static final String FIELD = "field";
  private static final String DESCENDING = "descending";
  private static final String UNIQUE = "unique";
  private static final String SPARSE = "sparse";

  private Definitions() {}

  static byte[] write(List<IndexDefinition> definitions, Documents documents) {
    List<Object> all = new ArrayList<>();
    for (IndexDefinition definition : definitions) {
      List<Object> fields = new ArrayList<>();
      for (Order field : definition.fields()) {
        fields.add(Map.of(FIELD, field.field(), DESCENDING, field.descending()));
      }
      all.add(
          Map.of(
              NAME,
              definition.name(),
              TYPE,
              definition.type().name().toLowerCase(Locale.ROOT),
              FIELDS,
              fields,
              UNIQUE,
              definition.unique(),
              SPARSE,
              definition.sparse()));
    }
    return documents.write(to -> Values.write(to, all));
  }

  static List<IndexDefinition> read(byte[] document, Documents documents, String storage) {
    try {
      Object all = documents.readWhole(document, Documents.WRITTEN, Values::read);
      List<IndexDefinition> definitions = new ArrayList<>();
      for (Object one : (List<?>) all) {
        definitions.add(definition((Map<?, ?>) one));
      }
      return definitions;
    } catch (StorageException | ClassCastException | IllegalArgumentException e) {
      throw unreadable(storage, e);
    }
  }

  private static IndexDefinition definition(Map<?, ?> from) {
    List<Order> fields = new ArrayList<>();
    for (Object field : (List<?>) need(from, FIELDS)) {
      Map<?, ?> one = (Map<?, ?>) field;
      fields.add(new Order((String) need(one, FIELD), (Boolean) need(one, DESCENDING)));
    }
    return new IndexDefinition(
        (String) need(from, NAME),
        IndexDefinition.Type.valueOf(((String) need(from, TYPE)).toUpperCase(Locale.ROOT)),
        fields,
        (Boolean) need(from, UNIQUE),
        (Boolean) need(from, SPARSE));
  }

  private static Object need(Map<?, ?> from, String name) {
    @Nullable Object value = from.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return value;
  }

  private static StorageException unreadable(String storage, RuntimeException cause) {
    return StorageException.of(
        ErrorCode.SERIALIZATION_FAILED,
        "the definitions of the indexes of storage '"
            + storage
            + "' cannot be read; mend the file in which its plugin keeps them, or remove it and"
            + " create the indexes anew",
        cause);
  }
}
