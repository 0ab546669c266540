package io.undercroft.layer.audit;

import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A trail in another storage: one entry for each record, one after the other. As durable as that
 * storage is.
 */
final class StorageTrail implements Trail {
  private static final String CONTENT_TYPE = "application/json";

  private final String storage;
  private final String sink;
  private final Supplier<Facets> facets;
  private final Optional<Anchor> anchor;
  private final long anchorNanos;
  private final Scribe scribe;
  private Head head = Head.NONE;
  private Scribe.@Nullable Sealed doubtful;
  private long lastAnchored = System.nanoTime();
  private boolean closed;

  private StorageTrail(AuditSettings settings, PluginContext context) {
    this.storage = context.storage();
    this.sink = settings.storage().orElseThrow();
    this.facets = context.storage(sink);
    this.anchor = settings.anchor().map(Anchor::new);
    this.anchorNanos = settings.anchorInterval().toNanos();
    this.scribe = new Scribe(storage, context.clock());
  }

  /** Opens it and goes on after its last record. */
  static StorageTrail open(AuditSettings settings, PluginContext context) {
    StorageTrail trail = new StorageTrail(settings, context);
    trail.head = new StorageRecords(trail.storage, trail.facets, trail.anchor).end();
    if (trail.anchor.isPresent()) {
      try {
        trail.anchor.get().write(new Anchor.Mark(trail.head, false));
      } catch (IOException e) {
        throw TrailFailures.writing(trail.anchor.get().file(), e);
      }
    }
    String user = Objects.requireNonNullElse(System.getProperty("user.name"), "?");
    trail.append(Draft.ofTrail("opened", user, ""));
    return trail;
  }

  @Override
  public synchronized long append(Draft draft) {
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the audit trail was closed");
    }
    try {
      KeyValue records = facets.get().require(KeyValue.class);
      settle(records);
      Scribe.Sealed sealed = scribe.next(head, draft);
      write(records, sealed);
      anchor(false);
    } catch (StorageException e) {
      throw StorageException.of(
          e.code() == ErrorCode.UNKNOWN_OUTCOME ? ErrorCode.CONNECTION_LOST : e.code(),
          "cannot write the audit trail in storage '"
              + sink
              + "': "
              + e.reason()
              + "; mend that, or let operations go on unrecorded by audit.on-failure=log",
          e);
    } catch (IOException e) {
      throw TrailFailures.writing(anchor.orElseThrow().file(), e);
    }
    return head.sequence();
  }

  private void write(KeyValue records, Scribe.Sealed sealed) {
    doubtful = sealed;
    String key = StorageRecords.key(storage, sealed.head().sequence());
    PutResult result =
        records.put(key, NewEntry.of(sealed.line(), CONTENT_TYPE), Precondition.ABSENT);
    doubtful = null;
    if (result instanceof PutResult.Conflict) {
      throw StorageException.of(
          ErrorCode.CONSISTENCY_VIOLATION,
          "there is a record "
              + StorageException.quote(key)
              + " already: somebody else writes this trail; give each its own audit.storage");
    }
    head = sealed.head();
  }

  /** Takes a record away of which it is not known whether it was written: nobody was answered. */
  private void settle(KeyValue records) {
    Scribe.Sealed unknown = doubtful;
    if (unknown == null) {
      return;
    }
    String key = StorageRecords.key(storage, unknown.head().sequence());
    Optional<StoredEntry> there = records.get(key);
    if (there.isPresent() && Arrays.equals(there.get().value(), unknown.line())) {
      DeleteResult removed =
          records.delete(key, Precondition.version(there.get().meta().version()));
      if (removed != DeleteResult.DELETED) {
        throw StorageException.of(
            ErrorCode.CONSISTENCY_VIOLATION,
            "somebody else changes " + StorageException.quote(key));
      }
    }
    doubtful = null;
  }

  private void anchor(boolean last) throws IOException {
    long now = System.nanoTime();
    if (anchor.isPresent() && (last || now - lastAnchored >= anchorNanos)) {
      anchor.get().write(new Anchor.Mark(head, last));
      lastAnchored = now;
    }
  }

  @Override
  public void await(long sequence) {}

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      anchor(true);
    } catch (IOException e) {
      throw TrailFailures.writing(anchor.orElseThrow().file(), e);
    }
  }
}
