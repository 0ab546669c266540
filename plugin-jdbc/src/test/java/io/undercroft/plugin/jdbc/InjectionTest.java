package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.testkit.Eventually;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users write is never part of a statement. */
class InjectionTest {
  private static final String PLANTED = "SELECT '" + HostileTexts.MARK + "'";

  @TempDir Path temp;

  static Stream<SchemaTest.Engine> engines() {
    return SchemaTest.engines();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void noStatementHoldsWhatAUserWrote(SchemaTest.Engine engine) {
    Queue<String> statements = Injection.into(engine.settings(temp)).run();
    print(engine.name(), statements);
    assertThat(HostileTexts.markedAmong(statements)).isEmpty();
  }

  static void print(String engine, Queue<String> statements) {
    System.out.printf(
        "injection: %s: %d texts, %d statements and other texts given to the driver, %d with what a"
            + " user wrote%n",
        engine,
        HostileTexts.ALL.size(),
        statements.size(),
        HostileTexts.markedAmong(statements).size());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void namesOfStoragesAndTablesAreRefusedBeforeAnyStatement(SchemaTest.Engine engine) {
    assertThat(Injection.into(engine.settings(temp)).refusedNames()).isZero();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aStatementThatHoldsWhatAUserWroteIsSeen(SchemaTest.Engine engine) throws SQLException {
    Queue<String> statements = RecordingDriver.record(engine.url().apply(temp));
    run(engine, PLANTED);
    assertThat(HostileTexts.markedAmong(statements)).containsExactly(PLANTED);
  }

  private void run(SchemaTest.Engine engine, String sql) throws SQLException {
    try (Connection connection = engine.connect(temp);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What the server itself says that it was asked, and not what its driver was given. */
  @Test
  void inTheLogOfTheServerThereIsNoneEither() throws Exception {
    try (PostgresServer server = PostgresServer.logging(temp)) {
      SchemaTest.Engine engine = new SchemaTest.Engine("PostgreSQL", server::freshDatabase);
      Injection.into(engine.settings(temp)).run();
      List<String> logged = logged(engine, "SELECT 'the first end'");
      System.out.printf("injection: PostgreSQL's own log: %d statements%n", logged.size());
      assertThat(HostileTexts.markedAmong(logged)).isEmpty();
      assertThat(logged).anyMatch(statement -> statement.contains("CREATE INDEX"));
      assertThat(logged).anyMatch(statement -> statement.contains("CREATE CONSTRAINT TRIGGER"));
      run(engine, PLANTED);
      assertThat(HostileTexts.markedAmong(logged(engine, "SELECT 'the second end'"))).hasSize(1);
    }
  }

  /** Runs a last statement, and returns what was logged when it was. */
  private List<String> logged(SchemaTest.Engine engine, String last) throws SQLException {
    run(engine, last);
    Eventually.holds("the last statement is logged", () -> log().stream().anyMatch(last::equals));
    return log();
  }

  private List<String> log() {
    try {
      return Files.readAllLines(temp.resolve("statements.json")).stream()
          .map(InjectionTest::statement)
          .filter(text -> !text.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what a line says that was run, or that failed; otherwise the empty text. */
  private static String statement(String line) {
    try (JsonReader reader = JsonTexts.JSON.createReader(new StringReader(line))) {
      JsonObject entry = reader.readObject();
      String message = entry.getString("message", "");
      return message.matches("(?s)(statement|execute [^:]*): .*")
          ? message.substring(message.indexOf(": ") + 2)
          : entry.getString("statement", "");
    }
  }
}
