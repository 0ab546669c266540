package io.undercroft.spi;

/**
 * What a backend takes at most.
 *
 * @param valueBytes the size of one value in bytes, at least 1,048,576
 * @param metadataBytes the size of one entry's metadata in UTF-8 bytes, names and texts together,
 *     at least 1,024
 * @param batchEntries how many entries one call of {@link Batch} takes; the runtime splits larger
 *     ones
 * @param commitEntries how many checks and mutations one {@link Commit} takes together
 */
public record Limits(long valueBytes, int metadataBytes, int batchEntries, int commitEntries) {
  /** 64 MiB values, 16 KiB metadata, 10,000 entries in a batch or commit. */
  public static final Limits DEFAULT = new Limits(64L << 20, 16 << 10, 10_000, 10_000);

  /** Checks the ranges. */
  public Limits {
    if (valueBytes < 1L << 20 || metadataBytes < 1 << 10 || batchEntries < 1 || commitEntries < 1) {
      throw new IllegalArgumentException(
          "limits are too small: valueBytes "
              + valueBytes
              + " (at least 1,048,576), metadataBytes "
              + metadataBytes
              + " (at least 1,024), batchEntries "
              + batchEntries
              + ", commitEntries "
              + commitEntries);
    }
  }
}
