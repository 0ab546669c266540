package io.undercroft.runtime.query;

import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.StorageException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values of entries as documents. */
record Reading(Documents documents) {
  /** Returns the wanted parts; the empty document, unread, if nothing is wanted. */
  Map<String, @Nullable Object> read(Found found, Wanted wanted) {
    if (wanted.isNothing()) {
      return Map.of();
    }
    try {
      return documents.read(
          found.entry().value(), found.entry().meta().contentType(), wanted::read);
    } catch (StorageException e) {
      throw CompleteQueries.unreadable(found.key(), e);
    }
  }
}
