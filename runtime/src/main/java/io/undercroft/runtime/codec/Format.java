package io.undercroft.runtime.codec;

/** A form of documents in the JSON model. */
enum Format {
  /** JSON in UTF-8. */
  JSON("json", "application/json") {
    @Override
    DocumentParser parser(byte[] in, CodecLimits limits, NameCache cache) {
      return new JsonTextParser(in, limits, cache);
    }

    @Override
    DocumentGenerator generator(CodecLimits limits, int expectedSize) {
      return new JsonTextGenerator(limits, expectedSize);
    }
  },

  /** MessagePack. */
  MSGPACK("msgpack", "application/msgpack") {
    @Override
    DocumentParser parser(byte[] in, CodecLimits limits, NameCache cache) {
      return new MsgpackParser(in, limits, cache);
    }

    @Override
    DocumentGenerator generator(CodecLimits limits, int expectedSize) {
      return new MsgpackGenerator(limits, expectedSize);
    }
  };

  private final String id;
  private final String mediaType;

  Format(String id, String mediaType) {
    this.id = id;
    this.mediaType = mediaType;
  }

  String id() {
    return id;
  }

  String mediaType() {
    return mediaType;
  }

  /** Returns a parser of one document. */
  abstract DocumentParser parser(byte[] in, CodecLimits limits, NameCache cache);

  /** Returns a generator of one document of about this size. */
  abstract DocumentGenerator generator(CodecLimits limits, int expectedSize);
}
