package io.undercroft.runtime.discovery;

/**
 * What a message names.
 *
 * @param file the jar that is to be mended, as the operator knows it
 * @param removal how to do without it, as the end of a sentence
 */
record Blame(String file, String removal) {
  /** The last sentence of a message about what only the author can mend. */
  String askTheAuthor() {
    return "Ask the plugin's author for a mended version, or " + removal + ".";
  }
}
