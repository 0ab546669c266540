package io.undercroft.runtime.memory;

import io.undercroft.spi.StoredEntry;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the map holds under a key: an entry, or what a commit is about to make of it. */
sealed interface Slot {
  /** Returns the entry that counts at this moment; nothing if there is none. */
  @Nullable Cell now();

  /**
   * One entry, never changed.
   *
   * @param entry the entry, ready to be handed out
   * @param number the number of the write that wrote it
   * @param birth the number of the write that brought the key into being; overwriting keeps it
   */
  record Cell(Optional<StoredEntry> entry, StoredEntry bare, long number, long birth)
      implements Slot {
    Cell(StoredEntry entry, long number, long birth) {
      this(Optional.of(entry), entry, number, birth);
    }

    @Override
    public Cell now() {
      return this;
    }

    Optional<Instant> deadline() {
      return bare.meta().expires();
    }

    boolean isLive(Instant now) {
      return !bare.meta().isExpired(now);
    }

    long bytes() {
      return bare.value().length;
    }

    String version() {
      return bare.meta().version();
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
