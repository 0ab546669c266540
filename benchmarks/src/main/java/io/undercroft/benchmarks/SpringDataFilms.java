package io.undercroft.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.util.PGobject;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.annotation.Id;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.jdbc.core.dialect.JdbcH2Dialect;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.CrudRepository;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/**
 * A repository of Spring Data JDBC over the same table, as its users declare one. A row whose key
 * is given is an update to it, so the table has to hold the keys before.
 */
final class SpringDataFilms implements Shelf<Film> {
  private final FilmTable table;
  private final AnnotationConfigApplicationContext context;
  private final Repository films;

  /** A row. */
  @Table(FilmTable.NAME)
  public record Row(@Id String entryKey, Film document) {}

  /** What a user declares. */
  public interface Repository extends CrudRepository<Row, String> {}

  /** What Spring Boot would have made. */
  @Configuration(proxyBeanMethods = false)
  @EnableTransactionManagement
  @EnableJdbcRepositories(
      considerNestedRepositories = true,
      includeFilters =
          @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Repository.class))
  static class Wiring extends AbstractJdbcConfiguration {
    private final Engine engine;
    private final FilmTable table;

    Wiring(Engine engine, FilmTable table) {
      this.engine = engine;
      this.table = table;
    }

    @Bean(destroyMethod = "") // the table closes it
    DataSource dataSource() {
      return table.pool();
    }

    @Bean
    NamedParameterJdbcOperations operations(DataSource dataSource) {
      return new NamedParameterJdbcTemplate(dataSource);
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
      return new DataSourceTransactionManager(dataSource);
    }

    /** It has no dialect of SQLite; for what is done here, that of H2 says the same. */
    @Override
    @Bean
    public JdbcDialect jdbcDialect(NamedParameterJdbcOperations operations) {
      return engine == Engine.SQLITE ? JdbcH2Dialect.INSTANCE : super.jdbcDialect(operations);
    }

    @Override
    protected List<?> userConverters() {
      return engine == Engine.SQLITE
          ? List.of(new ToText(table), new FromText(table))
          : List.of(new ToJsonb(table), new FromJsonb(table));
    }
  }

  @WritingConverter
  private record ToText(FilmTable table) implements Converter<Film, String> {
    @Override
    public String convert(Film film) {
      return table.document(film);
    }
  }

  @ReadingConverter
  private record FromText(FilmTable table) implements Converter<String, Film> {
    @Override
    public Film convert(String document) {
      return table.film(document);
    }
  }

  @WritingConverter
  private record ToJsonb(FilmTable table) implements Converter<Film, PGobject> {
    @Override
    public PGobject convert(Film film) {
      return Engine.jsonb(table.document(film));
    }
  }

  @ReadingConverter
  private record FromJsonb(FilmTable table) implements Converter<PGobject, Film> {
    @Override
    public Film convert(PGobject document) {
      return table.film(String.valueOf(document.getValue()));
    }
  }

  SpringDataFilms(Engine engine, FilmTable table) {
    this.table = table;
    context = new AnnotationConfigApplicationContext();
    context.registerBean(Engine.class, () -> engine);
    context.registerBean(FilmTable.class, () -> table, bean -> bean.setDestroyMethodName(""));
    context.register(Wiring.class);
    context.refresh();
    films = context.getBean(Repository.class);
  }

  @Override
  public Film get(String key) {
    return films.findById(key).orElseThrow().document();
  }

  @Override
  public void set(String key, Film value) {
    films.save(new Row(key, value));
  }

  @Override
  public Map<String, Film> getMany(List<String> keys) {
    Map<String, Film> found = new HashMap<>();
    films.findAllById(keys).forEach(row -> found.put(row.entryKey(), row.document()));
    return found;
  }

  @Override
  public void setMany(Map<String, Film> values) {
    List<Row> rows = new ArrayList<>();
    values.forEach((key, value) -> rows.add(new Row(key, value)));
    films.saveAll(rows);
  }

  @Override
  public void forEach(Consumer<? super Film> to) {
    films.findAll().forEach(row -> to.accept(row.document()));
  }

  @Override
  public void close() throws SQLException {
    table.close();
    context.close();
  }
}
