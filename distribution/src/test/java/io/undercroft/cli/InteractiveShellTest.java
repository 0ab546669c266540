package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Undercroft;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
}
