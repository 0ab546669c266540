package io.undercroft.plugin.jdbc;

/**
 * A pattern that is nothing but a text, perhaps bound to the beginning or the end.
 *
 * <p>Other patterns are left to the runtime: no engine's own are RE2's.
 */
record Pattern(String text, boolean first, boolean last) {
  private static final String SPECIAL = "\\.[]{}()*+?|^$";

  /**
   * Takes a pattern.
   *
   * @throws Notation.Unsayable if it is more than a text
   */
  static Pattern of(String pattern) {
    boolean first = pattern.startsWith("^");
    boolean last = pattern.length() > (first ? 1 : 0) && pattern.endsWith("$");
    String text = pattern.substring(first ? 1 : 0, pattern.length() - (last ? 1 : 0));
    if (!Notation.isPlain(text) || text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0)) {
      throw new Notation.Unsayable();
    }
    return new Pattern(text, first, last);
  }

  String in(Notation notation, Notation.Node found) {
    if (first && last) {
      return notation.isEqual(found, text);
    }
    if (text.isEmpty()) {
      return notation.isText(found);
    }
    Notation.Where where =
        first ? Notation.Where.FIRST : last ? Notation.Where.LAST : Notation.Where.ANYWHERE;
    return notation.contains(found, where, text);
  }
}
