package io.undercroft.plugin.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the indexes of a table are called by those who made them, by their numbers in the database.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class IndexNames {
  private final Pattern named;
  private final String table;
  private final Map<Integer, String> names = new ConcurrentHashMap<>();

  IndexNames(String table) {
    this.table = table;
    this.named = Pattern.compile("\\b" + Pattern.quote(table) + "_index_([0-9]{1,9})\\b");
  }

  static String of(String table, int number) {
    return table + "_index_" + number;
  }

  void add(int number, String name) {
    names.put(number, name);
  }

  void take(List<JdbcIndexes.Kept> there) {
    there.forEach(one -> names.put(one.number(), one.definition().name()));
  }

  /**
   * Returns the name of the index that a failure of the engine is about, if it is about one: the
   * last that is named, because MariaDB quotes a value before it.
   */
  Optional<String> in(SQLException failure) {
    Matcher found = named.matcher(String.valueOf(failure.getMessage()));
    Optional<String> last = Optional.empty();
    while (found.find()) {
      int number = Integer.parseInt(found.group(1));
      last = Optional.of(names.getOrDefault(number, of(table, number)));
    }
    return last;
  }
}
