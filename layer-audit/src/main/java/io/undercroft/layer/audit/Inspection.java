package io.undercroft.layer.audit;

import io.undercroft.storage.tool.AuditTrail.Bad;
import io.undercroft.storage.tool.AuditTrail.Verdict;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Checks records one after the other; the first that is wrong ends it.
 *
 * <p><b>Threads:</b> for one.
 */
final class Inspection {
  private final MessageDigest digest = Scribe.sha256();
  private final Optional<Anchor.Mark> mark;
  private final String anchor;
  private Head head = Head.NONE;
  private Optional<Bad> bad = Optional.empty();

  /**
   * Begins.
   *
   * @param mark what the anchor says, if there is one
   * @param anchor where it lies, in words
   */
  Inspection(Optional<Anchor.Mark> mark, String anchor) {
    this.mark = mark;
    this.anchor = anchor;
  }

  /** Looks at the next record; returns whether it is right. */
  boolean look(String place, byte[] bytes) {
    Optional<Line> line = Line.of(bytes);
    if (line.isEmpty()) {
      return bad(place, "it is not a record of a trail");
    }
    long expected = head.sequence() + 1;
    long sequence = line.get().record().sequence();
    if (sequence != expected) {
      return bad(
          place,
          "it is record "
              + sequence
              + " where record "
              + expected
              + " should stand: one is missing,"
              + " twice there, or in another's place");
    }
    if (!line.get().follows(head, digest)) {
      return bad(place, "record " + sequence + " or the one before it was changed");
    }
    Head next = line.get().head();
    if (mark.isPresent()) {
      Head marked = mark.get().head();
      if (sequence == marked.sequence() && !next.hash().equals(marked.hash())) {
        return bad(
            place,
            "record "
                + sequence
                + " has another hash than in the anchor '"
                + anchor
                + "': the trail was written anew");
      }
      if (mark.get().closed() && sequence > marked.sequence()) {
        return bad(
            place,
            "record "
                + sequence
                + " was added after the trail had been closed, as the anchor '"
                + anchor
                + "' says");
      }
    }
    head = next;
    return true;
  }

  /** Says what is wrong; returns {@code false}. */
  boolean bad(String place, String reason) {
    bad = Optional.of(new Bad(place, reason));
    return false;
  }

  /** Returns what was found. */
  Verdict end(String place) {
    if (bad.isEmpty() && mark.isPresent() && mark.get().head().sequence() > head.sequence()) {
      bad(
          place,
          "the records "
              + (head.sequence() + 1)
              + " to "
              + mark.get().head().sequence()
              + ", which the anchor '"
              + anchor
              + "' knows, are missing at the end");
    }
    return new Verdict(head.sequence(), head.sequence(), head.hash(), bad);
  }
}
