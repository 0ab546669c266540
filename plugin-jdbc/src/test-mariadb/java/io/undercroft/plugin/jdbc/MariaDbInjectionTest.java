package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What users write is never part of a statement for MariaDB. */
class MariaDbInjectionTest {
  private static Injection injection(String table) {
    return Injection.into("url", MariaDbServer.get().url(), "table", table);
  }

  @Test
  void noStatementHoldsWhatAUserWrote() {
    Queue<String> statements = injection("injected").run();
    InjectionTest.print("MariaDB", statements);
    assertThat(HostileTexts.markedAmong(statements)).isEmpty();
  }

  @Test
  void namesOfStoragesAndTablesAreRefusedBeforeAnyStatement() {
    assertThat(injection("refused").refusedNames()).isZero();
  }
}
