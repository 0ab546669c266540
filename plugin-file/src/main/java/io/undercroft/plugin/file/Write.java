package io.undercroft.plugin.file;

import io.undercroft.spi.StoredEntry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One write of one key on its way: what was there, what comes, and how far it is.
 *
 * <p><b>Threads:</b> for the one that has the key's turn.
 */
final class Write {
  private final Address address;
  private final Present before;
  private final @Nullable Put put;

  /** The draft of the new file, from its creation until it has been renamed or discarded. */
  private DurableFiles.@Nullable Draft draft;

  /** Whether the new file is in its place, and only the old one may still be to be removed. */
  private boolean placed;

  /** The entry before, for those who watch. */
  private Optional<StoredEntry> old = Optional.empty();

  /** What a put brings. */
  static final class Put {
    private final ValueFile file;
    private final byte[] bytes;
    private final byte[] value;
    private final Note note;
    private final Optional<Sidecar> sidecar;

    /**
     * Takes the parts.
     *
     * @param file the value's file as it will be
     * @param bytes what will be in it
     * @param value the value as it was handed in
     * @param note what will be known of it
     * @param sidecar the sidecar to be written first, if one is needed
     */
    Put(ValueFile file, byte[] bytes, byte[] value, Note note, Optional<Sidecar> sidecar) {
      this.file = file;
      this.bytes = bytes;
      this.value = value;
      this.note = note;
      this.sidecar = sidecar;
    }

    ValueFile file() {
      return file;
    }

    byte[] bytes() {
      return bytes;
    }

    Note note() {
      return note;
    }

    Optional<Sidecar> sidecar() {
      return sidecar;
    }

    StoredEntry entry() {
      return new StoredEntry(value, note.meta(file.type()));
    }
  }

  private Write(Address address, Present before, @Nullable Put put) {
    this.address = address;
    this.before = before;
    this.put = put;
  }

  static Write put(Address address, Present before, Put put) {
    return new Write(address, before, put);
  }

  static Write removal(Address address, Present before) {
    return new Write(address, before, null);
  }

  Address address() {
    return address;
  }

  Present before() {
    return before;
  }

  /** Returns what a put brings; {@code null} for a removal. */
  @Nullable Put put() {
    return put;
  }

  DurableFiles.@Nullable Draft draft() {
    return draft;
  }

  void setDraft(DurableFiles.@Nullable Draft made) {
    draft = made;
  }

  /** Returns the draft, and leaves it to the caller. */
  DurableFiles.@Nullable Draft takeDraft() {
    DurableFiles.Draft taken = draft;
    draft = null;
    return taken;
  }

  boolean isPlaced() {
    return placed;
  }

  void setPlaced() {
    placed = true;
  }

  Optional<StoredEntry> old() {
    return old;
  }

  void setOld(Optional<StoredEntry> entry) {
    old = entry;
  }

  /** Returns what the new entry is, for a put. */
  Optional<StoredEntry> fresh() {
    return put == null ? Optional.empty() : Optional.of(put.entry());
  }
}
