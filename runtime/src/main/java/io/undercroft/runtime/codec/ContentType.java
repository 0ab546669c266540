package io.undercroft.runtime.codec;

import java.util.Optional;

/**
 * A content type in its parts; see the package for the grammar.
 *
 * @param base the format's media type
 * @param compression what the bytes are compressed with, if they are
 */
record ContentType(String base, Optional<Compressions> compression) {
  /** The media type of Protocol Buffers. */
  static final String PROTOBUF = "application/x-protobuf";

  /** Splits a content type; one whose last part is no known compression is all base. */
  static ContentType of(String contentType) {
    int plus = contentType.lastIndexOf('+');
    if (plus >= 0) {
      Optional<Compressions> compression = Compressions.find(contentType.substring(plus + 1));
      if (compression.isPresent()) {
        return new ContentType(contentType.substring(0, plus), compression);
      }
    }
    return new ContentType(contentType, Optional.empty());
  }

  /** Returns the content type in one piece. */
  String text() {
    return compression.map(by -> base + "+" + by.id()).orElse(base);
  }
}
