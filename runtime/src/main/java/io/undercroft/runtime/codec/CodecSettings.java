package io.undercroft.runtime.codec;

import java.util.Objects;

/**
 * What the configuration of one storage says about its codec. The ids are checked by {@link
 * Codecs}, not here.
 *
 * @param codec {@code storages.rooms.codec}: {@code "jsonb"} or the id of a codec provider
 * @param format {@code storages.rooms.format}: one of {@link Codecs#formats()}
 * @param compression {@code storages.rooms.compression}: one of {@link Codecs#compressions()}
 * @param limits how much the codec takes
 */
public record CodecSettings(String codec, String format, String compression, CodecLimits limits) {
  /** JSON by JSON-B, not compressed. */
  public static final CodecSettings DEFAULT =
      new CodecSettings("jsonb", "json", "none", CodecLimits.DEFAULT);

  /** Refuses nulls. */
  public CodecSettings {
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(compression, "compression");
    Objects.requireNonNull(limits, "limits");
  }

  /** Returns the same settings with another codec. */
  public CodecSettings withCodec(String id) {
    return new CodecSettings(id, format, compression, limits);
  }

  /** Returns the same settings with another format. */
  public CodecSettings withFormat(String id) {
    return new CodecSettings(codec, id, compression, limits);
  }

  /** Returns the same settings with another compression. */
  public CodecSettings withCompression(String id) {
    return new CodecSettings(codec, format, id, limits);
  }

  /** Returns the same settings with other limits. */
  public CodecSettings withLimits(CodecLimits other) {
    return new CodecSettings(codec, format, compression, other);
  }
}
