package io.undercroft.runtime.cdi;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.CDI;

/** Look-ups of our own beans. */
final class Beans {
  private Beans() {}

  /**
   * Returns the bean of this type. GlassFish and Payara hand a creator a look-up that cannot see
   * the application's own archives; {@code CDI.current()} can.
   */
  static <B> B find(Instance<Object> lookup, Class<B> type) {
    Instance<B> found = lookup.select(type);
    return found.isResolvable() ? found.get() : CDI.current().select(type).get();
  }
}
