package io.undercroft.runtime.cdi;

import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanCreator;

/** Makes the implementation of a user's own storage interface. */
public final class TypedStorageCreator implements SyntheticBeanCreator<Object> {
  static final String STORAGE = "storage";
  static final String INTERFACE = "interface";

  /** For the container. */
  public TypedStorageCreator() {}

  @Override
  @SuppressWarnings("unchecked") // the extension registers interfaces that extend Storage only
  public Object create(Instance<Object> lookup, Parameters parameters) {
    Class<? extends Storage<?>> type = parameters.get(INTERFACE, Class.class);
    return Beans.find(lookup, Undercroft.class).typed(parameters.get(STORAGE, String.class), type);
  }
}
