package io.undercroft.benchmarks;

import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The same table by Spring's JdbcTemplate; a thousand are a batch in a transaction. */
final class JdbcTemplateFilms implements Shelf<Film> {
  private static final int PAGE = 1_000;

  private final FilmTable table;
  private final JdbcTemplate template;
  private final TransactionTemplate transactions;

  JdbcTemplateFilms(FilmTable table) {
    this.table = table;
    template = new JdbcTemplate(table.pool());
    template.setFetchSize(PAGE);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(table.pool()));
  }

  @Override
  public Film get(String key) {
    return table.film(
        Objects.requireNonNull(template.queryForObject(table.reading(), String.class, key)));
  }

  @Override
  public void set(String key, Film value) {
    template.update(table.writing(), key, table.document(value));
  }

  @Override
  public Map<String, Film> getMany(List<String> keys) {
    Map<String, Film> found = new HashMap<>();
    RowCallbackHandler each = row -> found.put(row.getString(1), table.film(row.getString(2)));
    template.query(
        "SELECT entry_key, document FROM raw WHERE entry_key IN ("
            + String.join(", ", Collections.nCopies(keys.size(), "?"))
            + ")",
        each,
        keys.toArray());
    return found;
  }

  @Override
  public void setMany(Map<String, Film> values) {
    List<Object[]> rows =
        values.entrySet().stream()
            .map(each -> new Object[] {each.getKey(), table.document(each.getValue())})
            .toList();
    transactions.executeWithoutResult(status -> template.batchUpdate(table.writing(), rows));
  }

  @Override
  public void forEach(Consumer<? super Film> to) {
    RowCallbackHandler each = row -> to.accept(table.film(row.getString(1)));
    transactions.executeWithoutResult(status -> template.query("SELECT document FROM raw", each));
  }

  @Override
  public void close() throws SQLException {
    table.close();
  }
}
