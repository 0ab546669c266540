package io.undercroft.runtime.codec;

import jakarta.json.stream.JsonParsingException;

/** A document that is not taken, and where. The message is safe to show: it holds no content. */
final class Refusal extends JsonParsingException {
  private static final long serialVersionUID = 1L;

  private final transient Place place;

  Refusal(String what, Place place) {
    super(what, place);
    this.place = place;
  }

  Place place() {
    return place;
  }
}
