package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.Check;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A data source of a server: found by its JNDI name, and its transactions joined. */
class ServerTest {
  private static final Map<String, Object> BOUND = new HashMap<>();

  /** Names as a server has them. */
  public static final class Names implements InitialContextFactory {
    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
      return new InitialContext(true) {
        @Override
        public Object lookup(String name) throws NamingException {
          Object found = BOUND.get(name);
          if (found == null) {
            throw new NameNotFoundException(name);
          }
          return found;
        }
      };
    }
  }

  /** As much of a server's transactions as is asked for. */
  private static final class Begun implements ContainerTransactions {
    private boolean active;

    @Override
    public boolean isActive() {
      return active;
    }

    @Override
    public void afterCompletion(Consumer<Boolean> committed) {
      throw new UnsupportedOperationException("a plugin need not know");
    }
  }

  private final Begun transactions = new Begun();
  private final JdbcDataSource source = new JdbcDataSource();

  @BeforeEach
  void bind() {
    System.setProperty(Context.INITIAL_CONTEXT_FACTORY, Names.class.getName());
    source.setURL("jdbc:h2:mem:server;DB_CLOSE_DELAY=-1");
    BOUND.put("java:comp/env/jdbc/rooms", source);
    BOUND.put("java:comp/env/text", "no data source");
  }

  @AfterEach
  void unbind() {
    BOUND.clear();
    System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
  }

  @Test
  void aDataSourceOfTheServerHoldsTheStorage() {
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), "datasource", "java:comp/env/jdbc/rooms");
      store.put("a", "{\"x\":1}");
      assertThat(store.get("a")).contains("{\"x\":1}");
      assertThat(
              store
                  .commit()
                  .commit(
                      List.of(new Check("b", Precondition.ABSENT)),
                      List.of(new Mutation.Put("b", Given.entry("2")))))
          .isInstanceOf(CommitResult.Committed.class);
      assertThat(store.keyValue().size()).isEqualTo(2);
    }
  }

  @Test
  void insideATransactionOfTheServerNothingIsCommittedNorRolledBackHere() throws Exception {
    try (Given given = new Given().within(transactions);
        var connection = source.getConnection()) {
      BOUND.put("java:comp/env/jdbc/rooms", new Enlisted(source, connection).source());
      Given.Store store =
          given.open(new JdbcPlugin(), "datasource", "java:comp/env/jdbc/rooms", "table", "joined");
      connection.setAutoCommit(false); // as the server does when its transaction begins
      transactions.active = true;
      store.put("a", "1");
      store
          .commit()
          .commit(
              List.of(),
              List.of(
                  new Mutation.Put("b", Given.entry("2")),
                  new Mutation.Put("c", Given.entry("3"))));
      assertThat(store.get("b")).contains("2");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.transactions().begin(TransactionOptions.defaults()))
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNSUPPORTED);
      connection.rollback(); // and when it ends
      transactions.active = false;
      assertThat(store.keyValue().size()).isZero();
      assertThat(store.backend().joinsTransactions()).isTrue();
    }
  }

  @Test
  void aNameThatIsNoDataSourceIsRefused() {
    try (Given given = new Given()) {
      for (String name : List.of("java:comp/env/jdbc/nothing", "java:comp/env/text")) {
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> given.open(new JdbcPlugin(), "datasource", name))
            .satisfies(
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
                  assertThat(e.getMessage()).contains(name);
                });
      }
    }
  }
}
