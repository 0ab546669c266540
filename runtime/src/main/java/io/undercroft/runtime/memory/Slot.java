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
   * One entry, never changed, as readers are handed it. It is one flat object beside its bytes: an
   * entry is written once, kept for long and moved by the collector meanwhile, so its meta is made
   * when somebody asks.
   */
  final class Cell extends StoredEntry implements Slot {
    private final Versions versions;
    private final String contentType;
    private final Map<String, String> metadata;
    private final @Nullable Instant expires;
    private final long createdSecond;
    private final long updatedSecond;
    private final int createdNano;
    private final int updatedNano;
    private final long number;
    private final long birth;

    /**
     * Makes what a write leaves.
     *
     * @param was the live entry that is overwritten, if there is one
     * @param versions gives the write its number
     */
    Cell(NewEntry entry, @Nullable Cell was, Instant now, Versions versions) {
      super(entry.value());
      this.versions = versions;
      this.contentType = entry.contentType();
      this.metadata = entry.metadata();
      this.expires = entry.expires().map(at -> at.truncatedTo(ChronoUnit.MILLIS)).orElse(null);
      this.number = versions.next();
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

    @Override
    public boolean isHeld() {
      return true;
    }

    /** Returns it for one of many in passing: nothing is kept because of it. */
    StoredEntry inPassing() {
      return isRemembered() ? this : new InPassing(this);
    }

    @Override
    public String contentType() {
      return contentType;
    }

    @Override
    public EntryMeta meta() {
      Instant updated = Instant.ofEpochSecond(updatedSecond, updatedNano);
      boolean fresh = createdSecond == updatedSecond && createdNano == updatedNano;
      return new EntryMeta(
          version(),
          fresh ? updated : Instant.ofEpochSecond(createdSecond, createdNano),
          updated,
          Optional.ofNullable(expires),
          contentType,
          metadata);
    }

    String version() {
      return versions.version(number);
    }

    @Nullable Instant expires() {
      return expires;
    }

    boolean isLive(Instant now) {
      return expires == null || now.isBefore(expires);
    }

    long bytes() {
      return value().length;
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

  /** An entry as one of many in passing: nobody remembers anything with it. */
  final class InPassing extends StoredEntry {
    private final Cell cell;

    private InPassing(Cell cell) {
      super(cell.value());
      this.cell = cell;
    }

    @Override
    public String contentType() {
      return cell.contentType();
    }

    @Override
    public EntryMeta meta() {
      return cell.meta();
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
