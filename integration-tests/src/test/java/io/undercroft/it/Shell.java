package io.undercroft.it;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A running {@code undercroft shell} behind a pipe. */
public final class Shell implements AutoCloseable {
  private static final int END_SECONDS = 20;

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private Shell(Process process) {
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts one; its words go to the file {@code log}. */
  public static Shell start(List<String> command, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE"));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new Shell(builder.start());
  }

  /** Returns the number of its process. */
  public long pid() {
    return process.pid();
  }

  /** Sends a request without waiting for its answer; false if the process is gone. */
  public boolean send(JsonObject request) {
    try {
      requests.write(request.toString());
      requests.write('\n');
      requests.flush();
      return true;
    } catch (IOException gone) {
      return false; // a killed shell: that is what the harness is about
    }
  }

  /** Returns the next answer, or empty if the process ended without one. */
  public Optional<JsonObject> answer() {
    String line;
    try {
      line = answers.readLine();
    } catch (IOException gone) {
      return Optional.empty(); // as above
    }
    if (line == null) {
      return Optional.empty();
    }
    try (JsonReader reader = Json.createReader(new StringReader(line))) {
      return Optional.of(reader.readObject());
    } catch (jakarta.json.JsonException cutShort) {
      return Optional.empty(); // the process was killed in the middle of the line
    }
  }

  /** Asks and returns the answer's result. */
  public JsonObject ask(JsonObject request) {
    send(request);
    return answer()
        .orElseThrow(
            () -> new IllegalStateException("the shell ended without an answer to " + request));
  }

  /** Kills it as {@code kill -9} does and waits until it is gone. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it in good order. */
  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException gone) {
      // it has ended already; waiting below shows that
    }
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
  }
}
