package io.undercroft.spi;

import java.lang.reflect.Type;
import java.util.Optional;

/**
 * A source of codecs, found by {@link java.util.ServiceLoader} or handed in by code; {@code
 * storages.rooms.codec=ID} asks for it.
 */
public interface CodecProvider {
  /** Returns the name under {@code codec}. */
  String id();

  /** Returns a codec for this type, or empty if it has none. Called once for a storage and type. */
  Optional<Codec<?>> codec(Type type);

  /**
   * Returns whether all of its codecs write and read plain JSON, {@code application/json}. Then a
   * storage without a type of its own ({@code JsonValue}, maps, lists: the command line has no
   * other) is served by the built-in codec, and {@link #codec} is not asked.
   */
  default boolean isJson() {
    return false;
  }
}
