package io.undercroft.spi;

import java.util.Objects;

/**
 * An entry as it is stored.
 *
 * <p><b>Threads:</b> immutable, if nobody changes the array: it is shared, not copied, and neither
 * side may change it.
 */
public final class StoredEntry {
  private final byte[] value;
  private final EntryMeta meta;

  /**
   * Takes the parts.
   *
   * @param value the bytes, not copied
   * @param meta what is known beside them
   */
  public StoredEntry(byte[] value, EntryMeta meta) {
    this.value = Objects.requireNonNull(value, "value");
    this.meta = Objects.requireNonNull(meta, "meta");
  }

  /** Returns the bytes, shared: not to be changed. */
  public byte[] value() {
    return value;
  }

  /** Returns what is known beside the bytes. */
  public EntryMeta meta() {
    return meta;
  }

  /** Returns the size and the version, never the content. */
  @Override
  public String toString() {
    return "StoredEntry[" + value.length + " bytes, " + meta.version() + "]";
  }
}
