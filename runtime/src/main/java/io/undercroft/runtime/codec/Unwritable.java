package io.undercroft.runtime.codec;

import jakarta.json.stream.JsonGenerationException;

/** A value that is not written. The message is safe to show: it holds no content. */
final class Unwritable extends JsonGenerationException {
  private static final long serialVersionUID = 1L;

  Unwritable(String what) {
    super(what);
  }
}
