package io.undercroft.runtime.discovery;

/** Words that several messages share. */
final class Remedy {
  private static final int SHOWN_LENGTH = 300;

  private Remedy() {}

  static String askTheAuthor(String file) {
    return "Ask the plugin's author for a mended version, or remove " + file + ".";
  }

  /** Foreign text on one line, cut to a length that a message bears. */
  static String shown(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && i < SHOWN_LENGTH; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return text.length() > SHOWN_LENGTH ? out.append('…').toString() : out.toString();
  }

  /** What a plugin threw: its class and message. */
  static String shown(Throwable thrown) {
    String message;
    try {
      message = thrown.getLocalizedMessage();
    } catch (RuntimeException e) {
      // An exception of the plugin's own that fails even to say its message: its class must do.
      message = null;
    }
    String name = thrown.getClass().getName();
    return message == null ? name : shown(name + ": " + message);
  }
}
