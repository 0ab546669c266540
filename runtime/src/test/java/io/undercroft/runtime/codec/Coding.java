package io.undercroft.runtime.codec;

import io.undercroft.spi.Codec;
import java.lang.reflect.Type;
import java.util.List;

/** Codecs for tests, without their wildcards. */
final class Coding {
  static final Codecs BUILT_IN = Codecs.of(List.of(), Coding.class.getClassLoader());

  private Coding() {}

  static Codec<Object> codec(Type type, CodecSettings settings) {
    return codec(BUILT_IN, type, settings);
  }

  @SuppressWarnings("unchecked") // the test knows what it asked for
  static <T> Codec<T> codec(Codecs codecs, Type type, CodecSettings settings) {
    return (Codec<T>) codecs.codecFor(type, settings);
  }

  static Codec<Object> json(Type type) {
    return codec(type, CodecSettings.DEFAULT);
  }

  static Codec<Object> msgpack(Type type) {
    return codec(type, CodecSettings.DEFAULT.withFormat("msgpack"));
  }
}
