package io.undercroft.plugin.file;

import io.undercroft.spi.Precondition;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is there under a key at a moment.
 *
 * @param file the value's file
 * @param sidecar the sidecar, which may be there without a file after somebody removed that
 * @param note what is known of the file; there exactly if the file is
 */
record Present(@Nullable ValueFile file, @Nullable Sidecar sidecar, @Nullable Note note) {
  /** Nothing at all. */
  static final Present NOTHING = new Present(null, null, null);

  static Present of(ValueFile file, @Nullable Sidecar sidecar) {
    return new Present(file, sidecar, sidecar == null ? Note.of(file) : sidecar.of(file));
  }

  /** Returns what is known of the live entry; {@code null} if there is none. */
  @Nullable Note live(Instant now) {
    return note == null || note.isExpired(now) ? null : note;
  }

  /** Returns the version of the live entry, if there is one. */
  Optional<String> version(Instant now) {
    Note live = live(now);
    return live == null ? Optional.empty() : Optional.of(live.version());
  }

  /** Returns whether a precondition holds. */
  boolean satisfies(Precondition precondition, Instant now) {
    Note live = live(now);
    if (precondition instanceof Precondition.HasVersion wanted) {
      return live != null && live.version().equals(wanted.version());
    }
    return precondition instanceof Precondition.None || live == null;
  }
}
