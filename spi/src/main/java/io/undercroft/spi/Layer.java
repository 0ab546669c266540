package io.undercroft.spi;

import java.lang.reflect.Type;

/**
 * Behaviour that maps a set of facets to a set of facets. A facet that it does not mention passes
 * through untouched; one that it changes the meaning of without being able to keep its promises it
 * takes away.
 *
 * <p><b>Threads:</b> {@link #apply} runs once, when a storage opens; the facets that it returns are
 * safe for concurrent use.
 */
@FunctionalInterface
public interface Layer extends Wrapper {
  /** Returns the facets as they look from above. */
  Facets apply(Facets below);

  /**
   * Returns the codec as it looks from above: for a layer that has to see values and not their
   * bytes. Called once for a storage and type of values. What it throws before a value is encoded
   * refuses the write, in whatever way the application writes.
   *
   * @param type the type of the storage's values
   */
  default <T> Codec<T> codec(Codec<T> below, Type type) {
    return below;
  }

  /**
   * Returns what may be written above it, where that is less than below: for a layer that makes
   * values longer. Called once, when a storage opens.
   */
  default Limits limits(Limits below) {
    return below;
  }
}
