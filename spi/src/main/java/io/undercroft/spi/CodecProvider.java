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
}
