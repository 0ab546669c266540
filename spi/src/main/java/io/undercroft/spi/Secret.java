package io.undercroft.spi;

import java.util.Objects;

/**
 * A text that is never shown: its {@code toString} is {@code ***}.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class Secret {
  /** What stands in the place of a secret wherever something is shown. */
  public static final String MASK = "***";

  private final String text;

  /** Takes the text. */
  public Secret(String text) {
    this.text = Objects.requireNonNull(text, "text");
  }

  /** Returns the text, for the one call that needs it. */
  public String reveal() {
    return text;
  }

  /** Returns {@code ***}. */
  @Override
  public String toString() {
    return MASK;
  }
}
