package io.undercroft.benchmarks;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as YCSB makes them: ten fields of a hundred characters. Public, as JSON-B asks for.
 *
 * @param id the key once more, where an index of it is asked for scans
 */
public record YcsbRecord(
    @Nullable String id,
    String field0,
    String field1,
    String field2,
    String field3,
    String field4,
    String field5,
    String field6,
    String field7,
    String field8,
    String field9) {
  static final int FIELDS = 10;

  static YcsbRecord of(@Nullable String id, Map<String, String> fields) {
    return new YcsbRecord(id, "", "", "", "", "", "", "", "", "", "").with(fields);
  }

  /** Returns this record with other values in these fields. */
  YcsbRecord with(Map<String, String> fields) {
    return new YcsbRecord(
        id,
        fields.getOrDefault("field0", field0),
        fields.getOrDefault("field1", field1),
        fields.getOrDefault("field2", field2),
        fields.getOrDefault("field3", field3),
        fields.getOrDefault("field4", field4),
        fields.getOrDefault("field5", field5),
        fields.getOrDefault("field6", field6),
        fields.getOrDefault("field7", field7),
        fields.getOrDefault("field8", field8),
        fields.getOrDefault("field9", field9));
  }

  /** Returns the fields by name. */
  Map<String, String> byName() {
    return Map.of(
        "field0", field0,
        "field1", field1,
        "field2", field2,
        "field3", field3,
        "field4", field4,
        "field5", field5,
        "field6", field6,
        "field7", field7,
        "field8", field8,
        "field9", field9);
  }
}
