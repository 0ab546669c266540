package io.undercroft.runtime.query;

import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonParser;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the wanted parts of entries' values as documents. */
final class Reading {
  private final Reader documents;
  private final boolean unread;
  private final Matching matching;
  private final Function<JsonParser, Map<String, @Nullable Object>> any;
  private final Function<JsonParser, Map<String, @Nullable Object>> matched;

  /**
   * Takes what it needs.
   *
   * @param documents reads them
   * @param wanted the parts; nothing is added to them any more
   * @param matching the condition
   */
  Reading(Reader documents, Wanted wanted, Matching matching) {
    this.documents = documents;
    this.unread = wanted.isNothing();
    this.matching = matching;
    this.any = wanted::read;
    this.matched = from -> wanted.readMatching(from, matching);
  }

  /** Returns what reads one after the other, for one thread at a time. */
  static Reading inTurn(Documents documents, Wanted wanted, Matching matching) {
    Reader reader = wanted.names().map(documents::inTurn).orElseGet(documents::inTurn);
    return new Reading(reader, wanted, matching);
  }

  /** Returns the wanted parts; the empty document, unread, if nothing is wanted. */
  Map<String, @Nullable Object> read(Found found) {
    return unread ? Map.of() : read(found, any);
  }

  /**
   * Returns the wanted parts, or null if the condition does not hold: then no more was read than it
   * takes to tell.
   */
  @Nullable Map<String, @Nullable Object> matching(Found found) {
    if (unread) {
      return matching.matches(Map.of()) ? Map.of() : null;
    }
    Map<String, @Nullable Object> document = read(found, matched);
    return document == Wanted.NOTHING ? null : document;
  }

  private Map<String, @Nullable Object> read(
      Found found, Function<JsonParser, Map<String, @Nullable Object>> reading) {
    try {
      return documents.read(found.entry().value(), found.entry().contentType(), reading);
    } catch (StorageException e) {
      throw CompleteQueries.unreadable(found.key(), e);
    }
  }
}
