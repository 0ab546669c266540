package io.undercroft.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is stored.
 *
 * <p>Who has entries in memory and hands out the same objects again and again makes them of a class
 * of its own, which says so ({@link #isHeld}). Then the runtime remembers with an entry the value
 * that it made of the bytes, if that can be shared: nothing in it can be changed. Whoever makes
 * another entry of it, with other bytes or another meta, makes a plain one.
 *
 * <p><b>Threads:</b> safe for concurrent use, and immutable but for what is remembered, if nobody
 * changes the array: it is shared, not copied, and neither side may change it.
 */
public class StoredEntry {
  private static final VarHandle OWNER = owner();

  /** Stands for the owner until there is something to recall. */
  private static final Object COMING = new Object();

  private final byte[] value;
  private final @Nullable EntryMeta meta;

  /** Who remembers; set once, after {@link #remembered}. */
  private volatile @Nullable Object owner;

  private @Nullable Object remembered;

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

  /**
   * Takes the bytes of an entry whose class overrides {@link #meta}.
   *
   * @param value the bytes, not copied
   */
  protected StoredEntry(byte[] value) {
    this.value = Objects.requireNonNull(value, "value");
    this.meta = null;
  }

  private static VarHandle owner() {
    try {
      return MethodHandles.lookup().findVarHandle(StoredEntry.class, "owner", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Returns the bytes, shared: not to be changed. */
  public final byte[] value() {
    return value;
  }

  /** Returns what is known beside the bytes. */
  public EntryMeta meta() {
    if (meta == null) {
      throw new IllegalStateException(getClass().getName() + " has to override meta()");
    }
    return meta;
  }

  /** Returns the media type of the bytes, which the meta has, too. */
  public String contentType() {
    return meta().contentType();
  }

  /** Returns whether this object is handed out again, so that remembering may be of use. */
  public boolean isHeld() {
    return false;
  }

  /** Returns what this one (the same object) remembers with the entry, or nothing. */
  public final @Nullable Object recall(Object by) {
    return owner == by ? remembered : null;
  }

  /** Returns whether anybody remembers something with it. */
  public final boolean isRemembered() {
    return owner != null;
  }

  /**
   * Remembers something made of the bytes, if it is held and nobody else remembers anything.
   *
   * @param by who may recall it
   * @param what a value in which nothing can be changed
   */
  public final void remember(Object by, Object what) {
    Objects.requireNonNull(what, "what");
    if (isHeld() && OWNER.compareAndSet(this, null, COMING)) {
      remembered = what;
      owner = Objects.requireNonNull(by, "by");
    }
  }

  /** Returns the size and the version, never the content. */
  @Override
  public final String toString() {
    return "StoredEntry[" + value.length + " bytes, " + meta().version() + "]";
  }
}
