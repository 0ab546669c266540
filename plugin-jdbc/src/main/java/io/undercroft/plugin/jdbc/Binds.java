package io.undercroft.plugin.jdbc;

import java.util.ArrayList;
import java.util.List;

/**
 * Values on their way into a statement. While it is put together, its text holds a mark for each;
 * at the end, every mark becomes a parameter, as often as it stands there.
 */
final class Binds {
  private static final char BEGIN = '\u0001';
  private static final char END = '\u0002';

  private final List<Object> values = new ArrayList<>();

  /** Returns what stands for a value. */
  String of(Object value) {
    values.add(value);
    return BEGIN + Integer.toString(values.size() - 1) + END;
  }

  /** Returns the finished text with its parameters. */
  Clause clause(String marked) {
    StringBuilder sql = new StringBuilder(marked.length());
    List<Object> parameters = new ArrayList<>();
    int at = 0;
    for (int mark = marked.indexOf(BEGIN); mark >= 0; mark = marked.indexOf(BEGIN, at)) {
      int end = marked.indexOf(END, mark);
      sql.append(marked, at, mark).append('?');
      parameters.add(values.get(Integer.parseInt(marked, mark + 1, end, 10)));
      at = end + 1;
    }
    return new Clause(sql.append(marked, at, marked.length()).toString(), parameters);
  }
}
