package io.undercroft.runtime.codec;

/** Ends what somebody else wrote. */
final class Closing {
  private Closing() {}

  /** Closes it; whatever it throws comes out unchecked, and an interruption stays one. */
  static void close(AutoCloseable other) {
    try {
      other.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(other.getClass().getName() + " was interrupted closing", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(other.getClass().getName() + " could not be closed", e);
    }
  }
}
