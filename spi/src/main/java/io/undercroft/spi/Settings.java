package io.undercroft.spi;

import java.util.Optional;

/**
 * The checked settings of one storage: every required option is there, every value was parsed and
 * passed its checks.
 *
 * <p><b>Threads:</b> immutable.
 */
public interface Settings {
  /** Returns the value of a required option or of one with a default. */
  <T> T get(Option<T> option);

  /** Returns the value of an option, if it was set or has a default. */
  <T> Optional<T> find(Option<T> option);
}
