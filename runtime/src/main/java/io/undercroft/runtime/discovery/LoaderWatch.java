package io.undercroft.runtime.discovery;

import java.util.List;

/**
 * Watches the class loaders of plugins: how many are open, and which ones stay in memory after they
 * were closed because something still holds on to their classes: a thread, a thread local, a JDBC
 * driver, a shutdown hook.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class LoaderWatch {
  private static final LoaderWatch SHARED = new LoaderWatch();

  LoaderWatch() {}

  /** Returns the watch of this copy of the runtime. */
  public static LoaderWatch shared() {
    return SHARED;
  }

  /** Returns how many loaders are open. */
  public int openLoaders() {
    return 0;
  }

  /** Returns how many loaders were closed and not collected yet, leaked or not. */
  public int closedLoaders() {
    return 0;
  }

  /**
   * Returns the names of the loaders that were closed and outlived garbage collections that would
   * have taken them, had nothing held on to them. Each is logged once, a grace period after its
   * close at the earliest.
   */
  public List<String> leakedLoaders() {
    return List.of();
  }
}
