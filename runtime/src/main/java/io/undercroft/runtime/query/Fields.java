package io.undercroft.runtime.query;

import io.undercroft.spi.Queries.Found;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads of documents what lies at some paths, for whoever keeps an index of it.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class Fields {
  private final Documents documents;
  private final Wanted wanted = Wanted.nothing();

  /** Takes the paths. */
  public Fields(Documents documents, Collection<Path> paths) {
    this.documents = documents;
    paths.forEach(wanted::add);
  }

  /**
   * Returns a part of the document in which the paths lead to the same values as in the whole; it
   * is empty for a value that is no object. The value is checked to its last byte: what a scan
   * might stumble over behind the wanted fields is found here, too.
   *
   * @throws StorageException SERIALIZATION_FAILED or UNSUPPORTED if it cannot be read
   */
  public Map<String, @Nullable Object> read(byte[] value, String contentType) {
    return documents.readWhole(value, contentType, wanted::read);
  }

  /** As {@link #read(byte[], String)}, of what a query found; a failure names the key. */
  public Map<String, @Nullable Object> read(Found found) {
    try {
      return read(found.entry());
    } catch (StorageException e) {
      throw CompleteQueries.unreadable(found.key(), e);
    }
  }

  /** As {@link #read(byte[], String)}, of an entry. */
  public Map<String, @Nullable Object> read(StoredEntry entry) {
    return read(entry.value(), entry.meta().contentType());
  }
}
