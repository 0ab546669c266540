package io.undercroft.runtime.cdi;

import io.undercroft.storage.Undercroft;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanDisposer;

/** Closes every storage and ends every thread when the application ends. */
public final class UndercroftDisposer implements SyntheticBeanDisposer<Undercroft> {
  /** For the container. */
  public UndercroftDisposer() {}

  @Override
  public void dispose(Undercroft undercroft, Instance<Object> lookup, Parameters parameters) {
    undercroft.close();
  }
}
