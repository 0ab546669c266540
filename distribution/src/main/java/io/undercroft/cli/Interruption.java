package io.undercroft.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work that must tidy up be stopped from outside: when the process is told to end, by Ctrl-C
 * or a signal, the work hears of it at its next look, and the process waits until it is closed.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Interruption implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread atTheEnd = new Thread(this::stopAndWait, "undercroft-stop");
  private volatile boolean stopped;

  /** The work was told to stop. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Interruption() {}

  /** Begins to listen. */
  static Interruption listening() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.atTheEnd);
    return interruption;
  }

  private void stopAndWait() {
    stop();
    try {
      if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("Gave up waiting; what was written may still be there.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells the work to stop. */
  void stop() {
    stopped = true;
  }

  /** Returns whether the work was told to stop. */
  boolean isStopped() {
    return stopped;
  }

  /**
   * To be called often.
   *
   * @throws Stopped if the work was told to stop
   */
  void check() {
    if (stopped) {
      throw new Stopped();
    }
  }

  /** The work is over, everything is tidy. */
  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(atTheEnd);
    } catch (IllegalStateException e) {
      // The process is ending, which is what the hook is for.
    }
  }
}
