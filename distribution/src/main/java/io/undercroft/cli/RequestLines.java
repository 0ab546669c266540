package io.undercroft.cli;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * The shell behind a pipe: a line in, a line out, in order, flushed before the next line is read.
 */
final class RequestLines {
  private final InputStream in;
  private final PrintStream out;
  private final Requests requests;

  RequestLines(InputStream in, PrintStream out, Requests requests) {
    this.in = in;
    this.out = out;
    this.requests = requests;
  }

  void serve() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean tooLong = false;
    for (int b = in.read(); ; b = in.read()) {
      if (b == '\n' || b == -1) {
        if (tooLong || !isBlank(line)) {
          out.print(tooLong ? tooLong() : answer(line.toByteArray()));
          out.print('\n');
          out.flush();
          if (out.checkError()) {
            throw new IOException("nobody reads the answers any more");
          }
        }
        if (b == -1) {
          return;
        }
        line.reset();
        tooLong = false;
      } else if (line.size() < JsonElements.LONGEST) {
        line.write(b);
      } else {
        tooLong = true;
      }
    }
  }

  private static boolean isBlank(ByteArrayOutputStream line) {
    for (byte b : line.toByteArray()) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private static JsonObject tooLong() {
    return Requests.failure(
        StorageException.of(
            ErrorCode.INVALID_QUERY,
            "the request is longer than " + JsonElements.LONGEST + " bytes"));
  }

  private JsonObject answer(byte[] line) {
    JsonValue request;
    try {
      request = Json.parse("the request", line);
    } catch (UsageException e) {
      return Requests.failure(
          StorageException.of(ErrorCode.INVALID_QUERY, String.valueOf(e.getMessage()), e));
    }
    return requests.answer(request);
  }
}
