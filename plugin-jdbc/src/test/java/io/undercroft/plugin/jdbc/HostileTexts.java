package io.undercroft.plugin.jdbc;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Texts that mean something to one engine or another, if it takes them for more than a text. */
final class HostileTexts {
  /** What begins a marked text: letters only, so that no way of quoting hides them. */
  static final String MARK = "zqxmark";

  static final List<String> ALL =
      List.of(
          "'",
          "''",
          "\"",
          "a\"b",
          "\\",
          "\\'",
          "a\\b",
          "a'b",
          "'; DROP TABLE rooms; --",
          "\"; DROP TABLE rooms; --",
          "`; DROP TABLE rooms; --",
          "*/ DROP TABLE rooms /*",
          "1; DELETE FROM rooms",
          "' OR '1'='1",
          "' OR 1=1 --",
          "') OR ('1'='1",
          "' UNION SELECT version FROM rooms --",
          "'||(SELECT version FROM rooms)||'",
          "x' AND pg_sleep(9)='",
          "'; ATTACH DATABASE 'x' AS y; --",
          "%' ESCAPE '",
          "'/*",
          "-- a",
          "# a",
          ";",
          "?",
          "??",
          "$",
          "$1",
          "$$",
          "$tag$",
          "$x",
          ":name",
          "a:b",
          "::text",
          "@x",
          "@@version",
          "%",
          "%s",
          "_%",
          "*",
          "[0]",
          "{a}",
          "{fn now()}",
          "{d '2020-01-01'}",
          "${user}",
          "#>>",
          "->>",
          "$[*]",
          "\"]",
          "E'\\x41'",
          "U&'\\0041'",
          "\\u0027",
          "\\x27",
          "line\nbreak",
          "a b\ttab",
          "ä",
          "😀",
          "ʼ OR ʼ1ʼ=ʼ1",
          "＇; DROP TABLE rooms; －－");

  private HostileTexts() {}

  static List<String> marked() {
    return ALL.stream().map(text -> MARK + text).toList();
  }

  /** Returns those of the statements that hold a marked text. */
  static List<String> markedAmong(Collection<String> statements) {
    return statements.stream()
        .filter(statement -> statement.toLowerCase(Locale.ROOT).contains(MARK))
        .toList();
  }
}
