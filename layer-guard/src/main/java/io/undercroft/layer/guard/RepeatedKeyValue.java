package io.undercroft.layer.guard;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.util.Optional;

/** {@link KeyValue} whose calls are repeated. */
record RepeatedKeyValue(KeyValue below, Repeating repeating) implements KeyValue {
  @Override
  public Optional<StoredEntry> get(String key) {
    return repeating.passing(() -> below.get(key));
  }

  @Override
  public boolean has(String key) {
    return repeating.passing(() -> below.has(key));
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    return repeating.write(
        () -> below.put(key, entry, precondition),
        precondition instanceof Precondition.HasVersion,
        () -> hasStill(below, key, precondition),
        PutResult.Conflict.class::isInstance);
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    return repeating.write(
        () -> below.delete(key, precondition),
        precondition instanceof Precondition.HasVersion,
        () -> hasStill(below, key, precondition),
        result -> result == DeleteResult.CONFLICT);
  }

  /**
   * Returns whether a key still has the version that is asked for: as no version comes twice,
   * nothing has been written since. That a key has no entry, as before, tells nothing.
   */
  static boolean hasStill(KeyValue below, String key, Precondition precondition) {
    return precondition instanceof Precondition.HasVersion asked
        && below
            .get(key)
            .filter(found -> found.meta().version().equals(asked.version()))
            .isPresent();
  }

  @Override
  public void clear() {
    below.clear();
  }

  @Override
  public long size() {
    return repeating.passing(below::size);
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return repeating.passing(() -> below.keys(prefix, pageSize));
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return repeating.passing(() -> below.scan(prefix, pageSize));
  }
}
