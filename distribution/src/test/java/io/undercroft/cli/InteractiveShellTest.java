package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.IndexDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person's session at a terminal. */
final class InteractiveShellTest {
  @TempDir Path temporary;

  private Run typing(String lines) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            true,
            true,
            true);
    int status;
    try (Undercroft undercroft =
            Undercroft.builder()
                .withoutAmbientConfig()
                .set("storage.type", "memory")
                .set("storages.rooms.type", "memory")
                .set("storages.ledger.type", "indexed-ledger")
                .open();
        Terminal terminal =
            new DumbTerminal(
                "test",
                Terminal.TYPE_DUMB,
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)),
                OutputStream.nullOutputStream(),
                StandardCharsets.UTF_8)) {
      status =
          new InteractiveShell(
                  console, new Requests(console, undercroft, "default"), undercroft, "default")
              .run(terminal, temporary.resolve("history"));
    }
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void commandsAreShortAndValuesAreShown() throws Exception {
    Run run =
        typing(
            """
            set "a b" {"x": 1}
            get "a b"
            size
            use rooms
            size
            exit
            """);
    assertThat(run.status()).isZero();
    assertThat(run.lines()).containsExactly("{\"x\":1}", "1", "0");
  }

  @Test
  void whatIsWrongIsSaidAndTheSessionGoesOn() throws Exception {
    Run run = typing("frob\nuse zz\nget a b\nset k {oops\nsize\n");
    assertThat(run.err())
        .contains("Unknown command 'frob'")
        .contains("There is no storage 'zz'")
        .contains("A key with blanks goes in double quotes. Usage: get KEY")
        .contains("the value is not JSON");
    assertThat(run.lines()).containsExactly("0");
    assertThat(run.status()).isZero();
  }

  @Test
  void questionsAreAnsweredAsTables() throws Exception {
    Run run =
        typing(
            """
            set a {"title": "It's 7 \\" wide", "n": 7}
            set b {"title": "b", "n": 11}
            query {"where": {"field": "title", "operator": "regex", "value": "^It's \\\\d"}}
            count
            count {"where": {"field": "n", "operator": "gt", "value": 7}}
            findOne {"orderBy": [{"field": "n", "direction": "desc"}]}
            aggregate [{"group": {"by": null, "accumulators": {"sum": {"function": "sum", "field": "n"}}}}]
            aggregate
            query {"limt": 1}
            exit
            """);
    assertThat(run.lines())
        .containsExactly(
            "KEY  title          n",
            "a    It's 7 \" wide  7",
            "2",
            "1",
            "{\"title\":\"b\",\"n\":11}",
            "_id   sum",
            "null   18");
    assertThat(run.err())
        .contains("Usage: aggregate JSON")
        .contains("INVALID_QUERY: unknown member 'limt'; did you mean 'limit'?");
  }

  @Test
  void betweenBeginAndCommitCommandsArePartsOfTheTransaction() throws Exception {
    Run run =
        typing(
            """
            commit
            use ledger
            begin serializable
            set a 1
            savepoint s
            set b 2
            size
            rollbackTo s
            size
            begin
            use rooms
            {"op":"size","storage":"ledger"}
            commit
            size
            begin
            clear
            rollback
            keys
            """);
    assertThat(run.err())
        .contains("There is no open transaction; begin one.")
        .contains("A transaction is open: commit or rollback first.")
        .contains("A transaction on storage 'ledger' is open");
    assertThat(run.lines().stream().filter(line -> line.matches("[0-9\\[].*")))
        .containsExactly("2", "1", "0", "1", "[\"a\"]");
    assertThat(run.status()).isZero();
  }

  @Test
  void tabOffersCommandsAndNames() throws Exception {
    IndexedLedgerPlugin.INDEXES.clear();
    assertThat(offered("")).contains("query", "aggregate", "begin", "rollbackTo", "dropIndex");
    assertThat(offered("begin ")).contains("SERIALIZABLE", "READ_COMMITTED");
    assertThat(offered("use ")).containsExactly("default", "ledger");
    IndexedLedgerPlugin.INDEXES.put("by-n", IndexDefinition.hash("by-n", "n"));
    assertThat(offered("dropIndex ")).containsExactly("by-n");
    assertThat(offered("get ")).containsExactly("k1", "k2");
    assertThat(offered("query ")).isEmpty();
  }

  private static List<String> offered(String line) {
    try (Undercroft undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .set("storage.type", "indexed-ledger")
            .set("storages.ledger.type", "indexed-ledger")
            .open()) {
      undercroft.storage("default", Integer.class).set("k1", 1);
      undercroft.storage("default", Integer.class).set("k2", 1);
      List<Candidate> candidates = new ArrayList<>();
      new InteractiveShell(
              Run.silent(),
              new Requests(Run.silent(), undercroft, "default"),
              undercroft,
              "default")
          .complete(new DefaultParser().parse(line, line.length()), candidates);
      return candidates.stream().map(Candidate::value).sorted().toList();
    }
  }
}
