package io.undercroft.runtime.layers;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backend that keeps deadlines and hands them out, and else does nothing about them: the memory
 * backend gets them as metadata.
 */
final class IgnoresDeadlines extends Through {
  private static final String DEADLINE = "deadline";

  IgnoresDeadlines(KeyValue below) {
    super(below);
  }

  private static NewEntry hidden(NewEntry entry) {
    Map<String, String> metadata = new HashMap<>(entry.metadata());
    entry.expires().ifPresent(at -> metadata.put(DEADLINE, at.toString()));
    return new NewEntry(entry.value(), entry.contentType(), Optional.empty(), metadata);
  }

  private static EntryMeta shown(EntryMeta meta) {
    Map<String, String> metadata = new HashMap<>(meta.metadata());
    Optional<Instant> at = Optional.ofNullable(metadata.remove(DEADLINE)).map(Instant::parse);
    return new EntryMeta(
        meta.version(), meta.created(), meta.updated(), at, meta.contentType(), metadata);
  }

  private static StoredEntry shown(StoredEntry entry) {
    return new StoredEntry(entry.value(), shown(entry.meta()));
  }

  @Override
  public Optional<StoredEntry> get(String key) {
    return super.get(key).map(IgnoresDeadlines::shown);
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    PutResult result = super.put(key, hidden(entry), precondition);
    return result instanceof PutResult.Written written
        ? new PutResult.Written(shown(written.meta()), written.created())
        : result;
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return Pages.map(
        super.scan(prefix, pageSize), found -> new KeyedEntry(found.key(), shown(found.entry())));
  }

  /** The same for commits. */
  record InCommits(Commit below) implements Commit {
    @Override
    public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
      CommitResult result =
          below.commit(
              checks,
              mutations.stream()
                  .map(
                      mutation ->
                          mutation instanceof Mutation.Put put
                              ? new Mutation.Put(put.key(), hidden(put.entry()))
                              : mutation)
                  .toList());
      return result instanceof CommitResult.Committed committed
          ? new CommitResult.Committed(
              committed.results().stream()
                  .map(
                      one ->
                          new CommitResult.Applied(
                              one.meta().map(IgnoresDeadlines::shown), one.existed()))
                  .toList())
          : result;
    }
  }
}
