package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why not all of the output was written. */
final class OutputTest {
  private static PrintStream failingBy(String message) {
    return new Output(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(message);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"Broken pipe", "The pipe is being closed"})
  void thatNobodyReadsAnyMoreIsToldApart(String message) {
    PrintStream out = failingBy(message);
    out.print("a line\n");
    assertThatThrownBy(() -> Output.check(out)).isInstanceOf(Output.ReaderGoneException.class);
  }

  @Test
  void aFullDiskIsNamed() {
    PrintStream out = failingBy("No space left on device");
    out.print("a line\n");
    assertThatThrownBy(() -> Output.check(out))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(Output.ReaderGoneException.class)
        .hasMessage("not all of the output could be written: No space left on device");
  }

  @Test
  void whatArrivesIsNoFailure() {
    PrintStream out = new Output(OutputStream.nullOutputStream());
    out.print("a line\n");
    assertThatCode(() -> Output.check(out)).doesNotThrowAnyException();
  }
}
