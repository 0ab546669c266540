package io.undercroft.it.servers;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Ends, with the JVM of the tests, the servers that an adapter has started in it and left. */
public final class Leftovers implements BeforeAllCallback {
  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::end, "leftovers"));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // that this class is there is enough
  }

  /** Ends those that run now. */
  static void end() {
    ProcessHandle.current().children().forEach(Leftovers::end);
  }

  private static void end(ProcessHandle child) {
    child.destroy();
    try {
      child.onExit().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      child.destroyForcibly();
    } catch (InterruptedException e) {
      child.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
