package io.undercroft.spi;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is stored.
 *
 * <p>Who has it in memory and hands it out again and again is its {@link Holder}. Then the runtime
 * remembers with it the value that it made of the bytes, if that can be shared: nothing in it can
 * be changed. Whoever makes another entry of it, with other bytes or another meta, makes one
 * without a holder.
 *
 * <p><b>Threads:</b> safe for concurrent use, and immutable but for what is remembered, if nobody
 * changes the array: it is shared, not copied, and neither side may change it.
 */
public final class StoredEntry {
  private final byte[] value;
  private final EntryMeta meta;
  private final @Nullable Holder holder;

  /** Seen by other threads or not; either is right, as all below it is final. */
  private @Nullable Remembered remembered;

  /** Has entries in memory. */
  @FunctionalInterface
  public interface Holder {
    /**
     * Something was remembered with this entry: handing out this object from now on, and not
     * another of the same content, spares its readers work. Called by any thread, perhaps several
     * times; it must not throw or block.
     */
    void hold(StoredEntry entry);
  }

  private record Remembered(Object by, Optional<Object> what) {}

  /**
   * Takes the parts.
   *
   * @param value the bytes, not copied
   * @param meta what is known beside them
   */
  public StoredEntry(byte[] value, EntryMeta meta) {
    this.value = Objects.requireNonNull(value, "value");
    this.meta = Objects.requireNonNull(meta, "meta");
    this.holder = null;
  }

  /**
   * Takes the parts of an entry that is held in memory.
   *
   * @param value the bytes, not copied
   * @param meta what is known beside them
   * @param holder who has it
   */
  public StoredEntry(byte[] value, EntryMeta meta, Holder holder) {
    this.value = Objects.requireNonNull(value, "value");
    this.meta = Objects.requireNonNull(meta, "meta");
    this.holder = Objects.requireNonNull(holder, "holder");
  }

  /** Returns the bytes, shared: not to be changed. */
  public byte[] value() {
    return value;
  }

  /** Returns what is known beside the bytes. */
  public EntryMeta meta() {
    return meta;
  }

  /** Returns whether somebody has it in memory, so that remembering may be of use. */
  public boolean isHeld() {
    return holder != null;
  }

  /** Returns what was remembered last, if it was by this one (the same object), or empty. */
  public Optional<Object> recall(Object by) {
    Remembered there = remembered;
    return there != null && there.by() == by ? there.what() : Optional.empty();
  }

  /**
   * Remembers something made of the bytes, in the place of what was before; nothing happens where
   * it is not held.
   *
   * @param by who may recall it
   * @param what a value in which nothing can be changed
   */
  public void remember(Object by, Object what) {
    if (holder != null) {
      remembered = new Remembered(Objects.requireNonNull(by, "by"), Optional.of(what));
      holder.hold(this);
    }
  }

  /** Returns the size and the version, never the content. */
  @Override
  public String toString() {
    return "StoredEntry[" + value.length + " bytes, " + meta.version() + "]";
  }
}
