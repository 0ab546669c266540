package io.undercroft.runtime.cdi;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanCreator;
import java.util.Arrays;

/** Reads back what deployment has found to be observed. */
public final class ObservationsCreator implements SyntheticBeanCreator<Observations> {
  static final String OBSERVED = "observed";

  /** For the container. */
  public ObservationsCreator() {}

  @Override
  public Observations create(Instance<Object> lookup, Parameters parameters) {
    return new Observations(
        Arrays.stream(parameters.get(OBSERVED, String[].class)).map(Observation::decode).toList());
  }
}
