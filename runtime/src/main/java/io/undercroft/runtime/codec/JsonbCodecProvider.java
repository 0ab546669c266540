package io.undercroft.runtime.codec;

import io.undercroft.spi.Codec;
import io.undercroft.spi.CodecProvider;
import jakarta.json.bind.JsonbConfig;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;

/**
 * A codec provider that changes how JSON-B maps values: adapters, serializers, naming, visibility.
 * {@code format} and {@code compression} work with it as they do with the built-in codec, because
 * it shapes the JSON and leaves the bytes alone.
 *
 * <p>Annotations on the types themselves ({@code @JsonbTypeAdapter}, {@code @JsonbProperty} …) need
 * no provider.
 */
public interface JsonbCodecProvider extends CodecProvider {
  /**
   * Adds to the configuration of one storage's JSON-B. Called once for a storage and type, with
   * Undercroft's own settings in place; an adapter or serializer that is set here is the provider's
   * to make safe for concurrent use.
   */
  void configure(JsonbConfig config);

  /** Returns a codec for plain JSON with this configuration. */
  @Override
  default Optional<Codec<?>> codec(Type type) {
    Codecs codecs = Codecs.of(List.of(this), getClass().getClassLoader());
    return Optional.of(codecs.codecFor(type, CodecSettings.DEFAULT.withCodec(id())));
  }
}
