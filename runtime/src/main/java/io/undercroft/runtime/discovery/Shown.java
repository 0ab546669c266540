package io.undercroft.runtime.discovery;

/** Foreign text, made fit for a message. */
final class Shown {
  private static final int MOST_LENGTH = 300;

  private Shown() {}

  /** Foreign text on one line, cut to a length that a message bears. */
  static String of(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && i < MOST_LENGTH; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return text.length() > MOST_LENGTH ? out.append('…').toString() : out.toString();
  }

  /** What a plugin threw: its class and message. */
  static String of(Throwable thrown) {
    String message;
    try {
      message = thrown.getLocalizedMessage();
    } catch (Throwable e) {
      // An exception of the plugin's own that fails even to say its message: its class must do.
      message = null;
    }
    String name = thrown.getClass().getName();
    return message == null ? name : of(name + ": " + message);
  }
}
