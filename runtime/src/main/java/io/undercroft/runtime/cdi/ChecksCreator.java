package io.undercroft.runtime.cdi;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanCreator;
import java.util.Arrays;
import java.util.Set;

/** Reads back what deployment has noted to check. */
public final class ChecksCreator implements SyntheticBeanCreator<Checks> {
  static final String REQUIRED = "required";
  static final String REQUIREMENTS = "requirements";

  /** For the container. */
  public ChecksCreator() {}

  @Override
  public Checks create(Instance<Object> lookup, Parameters parameters) {
    return new Checks(
        Set.of(parameters.get(REQUIRED, String[].class)),
        Arrays.stream(parameters.get(REQUIREMENTS, String[].class))
            .map(Requirement::decode)
            .toList());
  }
}
