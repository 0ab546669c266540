package io.undercroft.plugin.jdbc;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Queries;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Queries and indexes in MariaDB. */
class MariaDbQueriesTest extends QueriesTest {
  static Stream<Engine> engines() {
    return Stream.of(Engine.MARIADB);
  }

  @Override
  Given.Store open(Engine engine) {
    return given.open(new JdbcPlugin(), "url", MariaDbServer.get().freshDatabase(temp));
  }

  @Override
  List<String> names() {
    return HostileTexts.ALL.stream().filter(name -> !name.startsWith("-")).toList();
  }

  /** Its paths lose a minus at the beginning of a name, and would lead to another one. */
  @Test
  void aNameThatBeginsWithAMinusIsLeftToTheRuntime() {
    Given.Store store = open(Engine.MARIADB);
    store.put("a", "{\"-a\":1,\"a\":2}");
    Query query = Query.where(field("-a").eq(1));
    Queries.Answer answer = queries(store).query(query);
    assertThat(answer.residual()).isPresent();
    assertThat(keys(answer)).containsExactly("a");
    Query ordered = Query.all().orderBy(Order.asc("b.-a")).limit(1);
    assertThat(queries(store).query(ordered).ordered()).isFalse();
    refused(store, IndexDefinition.ordered("by", Order.asc("b.-a")), "begins with '-'");
  }

  @Test
  void aNameThatIsNotWrittenAsInPathsIsOutOfSight() {
    Given.Store store = open(Engine.MARIADB);
    store.put("a", "{\"\\u0061\":1}");
    store.put("b", "{\"a\":1}");
    Query query = Query.where(field("a").eq(1));
    assertThat(keys(queries(store).query(query))).containsExactly("a", "b");
    assertThat(queries(store).explain(query).plan())
        .contains("1 row is out of the engine's sight, and looked at besides");
  }

  @Test
  void indexesOfWordsAndPlacesAreRefusedByName() {
    Given.Store store = open(Engine.MARIADB);
    refused(store, IndexDefinition.fulltext("words", "a"), "FULLTEXT is not kept in MariaDB");
    refused(store, IndexDefinition.spatial("places", "a"), "SPATIAL is not kept in MariaDB");
  }

  private static void refused(Given.Store store, IndexDefinition index, String why) {
    assertThatThrownBy(() -> indexes(store).create(index))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(e.getMessage()).contains("'" + index.name() + "'", why);
            });
  }

  /** Another process has removed it, and made one of other fields under the same number. */
  @Test
  void anIndexThatOthersHaveRemovedIsNotTakenForTheOneThatCameAfterIt() {
    Given.Store store = open(Engine.MARIADB);
    Given.Store other = open(Engine.MARIADB);
    store.put("a", "{\"a\":1,\"b\":2}");
    indexes(store).create(IndexDefinition.ordered("by", Order.asc("a")));
    Query query = Query.where(field("a").eq(1));
    assertThat(queries(store).explain(query).indexes()).containsExactly("by");
    assertThat(indexes(other).drop("by")).isTrue();
    indexes(other).create(IndexDefinition.ordered("by", Order.asc("b")));
    assertThat(keys(queries(store).query(query))).containsExactly("a");
    assertThat(queries(store).count(query.where())).hasValue(1);
  }
}
