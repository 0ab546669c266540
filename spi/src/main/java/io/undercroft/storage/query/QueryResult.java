package io.undercroft.storage.query;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One result of a query.
 *
 * @param key the entry's key
 * @param value the value, or what the query selects of it
 * @param score how well it fits, where the query searches; greater is better
 * @param metadata the entry's metadata
 * @param cursor where it stands, for {@link Query#after}
 */
public record QueryResult<T>(
    String key, T value, OptionalDouble score, Map<String, String> metadata, String cursor) {
  /** Checks that nothing is {@code null} and copies the metadata. */
  public QueryResult {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(score, "score");
    Objects.requireNonNull(cursor, "cursor");
    metadata = Map.copyOf(metadata);
  }
}
