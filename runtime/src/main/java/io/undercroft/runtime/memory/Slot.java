package io.undercroft.runtime.memory;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the map holds under a key: an entry, or what a commit is about to make of it. */
sealed interface Slot {
  /** Returns the entry that counts at this moment; nothing if there is none. */
  @Nullable Cell now();

  /**
   * One entry, never changed. It is one flat object beside its bytes: an entry is written once,
   * kept for long and moved by the collector meanwhile, so what readers are handed is made when
   * they ask for it; it is kept only once something is remembered with it.
   */
  final class Cell implements Slot, StoredEntry.Holder {
    private final byte[] value;
    private final String contentType;
    private final Map<String, String> metadata;
    private final @Nullable Instant expires;
    private final long createdSecond;
    private final long updatedSecond;
    private final int createdNano;
    private final int updatedNano;
    private final long number;
    private final long birth;

    /** Seen by other threads or not: all below it is final. */
    private @Nullable StoredEntry held;

    /**
     * Makes what a write leaves.
     *
     * @param was the live entry that is overwritten, if there is one
     * @param number the number of the write
     */
    Cell(NewEntry entry, @Nullable Cell was, Instant now, long number) {
      this.value = entry.value();
      this.contentType = entry.contentType();
      this.metadata = entry.metadata();
      this.expires = entry.expires().map(at -> at.truncatedTo(ChronoUnit.MILLIS)).orElse(null);
      this.number = number;
      long second = now.getEpochSecond();
      int nano = now.getNano();
      if (was == null) {
        this.birth = number;
        this.createdSecond = second;
        this.createdNano = nano;
      } else {
        this.birth = was.birth;
        this.createdSecond = was.createdSecond;
        this.createdNano = was.createdNano;
      }
      boolean setBack = // clocks may be
          second < createdSecond || (second == createdSecond && nano < createdNano);
      this.updatedSecond = setBack ? createdSecond : second;
      this.updatedNano = setBack ? createdNano : nano;
    }

    @Override
    public Cell now() {
      return this;
    }

    StoredEntry entry(Versions versions) {
      StoredEntry there = held;
      return there != null ? there : new StoredEntry(value, meta(versions), this);
    }

    /** As {@link #entry}, for one of many in passing: nothing more is kept because of it. */
    StoredEntry inPassing(Versions versions) {
      StoredEntry there = held;
      return there != null ? there : new StoredEntry(value, meta(versions));
    }

    @Override
    public void hold(StoredEntry entry) {
      held = entry;
    }

    EntryMeta meta(Versions versions) {
      Instant updated = Instant.ofEpochSecond(updatedSecond, updatedNano);
      boolean fresh = createdSecond == updatedSecond && createdNano == updatedNano;
      return new EntryMeta(
          versions.version(number),
          fresh ? updated : Instant.ofEpochSecond(createdSecond, createdNano),
          updated,
          Optional.ofNullable(expires),
          contentType,
          metadata);
    }

    @Nullable Instant expires() {
      return expires;
    }

    boolean isLive(Instant now) {
      return expires == null || now.isBefore(expires);
    }

    long bytes() {
      return value.length;
    }

    /** Returns the number of the write that wrote it. */
    long number() {
      return number;
    }

    /** Returns the number of the write that brought the key into being; overwriting keeps it. */
    long birth() {
      return birth;
    }
  }

  /**
   * Both sides of a key in a commit; which of them counts is decided for all its keys at once.
   *
   * @param before what was there, if anything
   * @param after what will be there, if anything
   * @param flip shared by all keys of the commit
   */
  record Pending(@Nullable Cell before, @Nullable Cell after, Flip flip) implements Slot {
    @Override
    public @Nullable Cell now() {
      return flip.done ? after : before;
    }
  }

  /** The one step in which a commit becomes visible. */
  final class Flip {
    volatile boolean done;
  }
}
