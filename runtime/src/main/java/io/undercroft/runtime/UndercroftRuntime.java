package io.undercroft.runtime;

import io.undercroft.runtime.lifecycle.Launch;
import io.undercroft.spi.RuntimeProvider;
import io.undercroft.storage.Undercroft;

/**
 * The runtime, as {@link java.util.ServiceLoader} finds it.
 *
 * <p><b>Threads:</b> safe for concurrent use; it has no state.
 */
public final class UndercroftRuntime implements RuntimeProvider {
  /** Does no work. */
  public UndercroftRuntime() {}

  @Override
  public Undercroft.Builder builder() {
    return new Launch();
  }
}
