package io.undercroft.plugin.jdbc;

import java.util.List;

/**
 * How an engine notes the changes of a table in another one, by triggers: whoever writes, also a
 * person in SQL. The ids are in the order of the commits, unless they are drawn early.
 *
 * @param create the statements that begin it; nobody writes meanwhile
 * @param end the statements that end it
 * @param now the engine's clock, in milliseconds since 1970
 * @param early whether an id is drawn when a change is made, so that it may be seen after those of
 *     later ones, or never. What was changed by the same transaction is known by its {@code
 *     writer}.
 */
record FeedWords(List<String> create, List<String> end, String now, boolean early) {
  /**
   * So long a value, in bytes or characters, is held with its change; a longer one is looked up.
   */
  static final int LARGEST = 16 << 10;

  FeedWords {
    create = List.copyOf(create);
    end = List.copyOf(end);
  }

  /** Returns the name of the table that holds the changes of a table. */
  static String changes(String table) {
    return table + "_changes";
  }
}
