package io.undercroft.benchmarks;

import io.undercroft.codec.jackson.JacksonCodecProvider;
import io.undercroft.runtime.codec.CodecSettings;
import io.undercroft.runtime.codec.Codecs;
import io.undercroft.spi.Codec;
import java.util.List;
import java.util.function.Function;

/** Who makes JSON of a film and a film of JSON. */
public enum JsonBy implements Side {
  UNDERCROFT_JSONB("") {
    @Override
    Json open() {
      return ours("jsonb");
    }
  },

  UNDERCROFT_JACKSON("") {
    @Override
    Json open() {
      return ours("jackson");
    }
  },

  RAW("Jackson's tokens by hand") {
    @Override
    Json open() {
      FilmStreams streams = new FilmStreams();
      return new Json(streams::encode, streams::decode, () -> {});
    }
  },

  YASSON("Yasson, by way of strings") {
    @Override
    Json open() {
      RawJson json = new RawJson(Layout.COMPACT);
      return new Json(json::encode, json::decode, json::close);
    }
  },

  JACKSON("Jackson's mapper") {
    @Override
    Json open() {
      JacksonJson json = new JacksonJson();
      return new Json(json::encode, json::decode, () -> {});
    }
  };

  /** Both ways. */
  record Json(Function<Film, byte[]> encode, Function<byte[], Film> decode, Shelf.Owner owner) {}

  private final String is;

  JsonBy(String is) {
    this.is = is;
  }

  abstract Json open();

  @Override
  public String is() {
    return is;
  }

  private static Json ours(String id) {
    @SuppressWarnings("unchecked") // that is what was asked for
    Codec<Film> codec =
        (Codec<Film>)
            Codecs.of(List.of(new JacksonCodecProvider()), JsonBy.class.getClassLoader())
                .codecFor(Film.class, CodecSettings.DEFAULT.withCodec(id));
    String type = codec.contentType();
    return new Json(codec::encode, text -> codec.decode(text, type), () -> {});
  }
}
