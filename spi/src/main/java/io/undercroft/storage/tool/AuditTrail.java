package io.undercroft.storage.tool;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The trail that the layer {@code audit} of a storage keeps. Reading it needs neither the storage
 * nor the trail's writer, and changes nothing.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> {@link
 * io.undercroft.storage.StorageException} where the trail cannot be read.
 */
public interface AuditTrail {
  /** Returns the records in their order, as far as they can be read; the caller closes. */
  Stream<AuditRecord> records();

  /** Reads the whole trail and checks each record against the one before, and the anchor. */
  Verdict verify();

  /**
   * What a check found.
   *
   * @param records how many records are right, from the first one on
   * @param last sequence number of the last right one; 0 if there is none
   * @param hash its hash
   * @param bad the first thing that is wrong
   */
  record Verdict(long records, long last, String hash, Optional<Bad> bad) {
    /** Checks that nothing is {@code null}. */
    public Verdict {
      Objects.requireNonNull(hash, "hash");
      Objects.requireNonNull(bad, "bad");
    }
  }

  /**
   * The first thing that is wrong.
   *
   * @param place where: file and line, or storage and key
   * @param reason what is wrong there
   */
  record Bad(String place, String reason) {
    /** Checks that nothing is {@code null}. */
    public Bad {
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(reason, "reason");
    }
  }
}
