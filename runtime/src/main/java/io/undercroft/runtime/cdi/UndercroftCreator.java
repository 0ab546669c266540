package io.undercroft.runtime.cdi;

import io.undercroft.storage.Undercroft;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanCreator;
import java.util.List;

/**
 * Takes what was opened at deployment; where deployment happened in another process, at build time,
 * starts anew.
 */
public final class UndercroftCreator implements SyntheticBeanCreator<Undercroft> {
  static final String HAND_OVER = "handOver";
  static final String EXPECTED = "expected";
  static final String WRAPPED = "wrapped";

  /** For the container. */
  public UndercroftCreator() {}

  @Override
  public Undercroft create(Instance<Object> lookup, Parameters parameters) {
    Opened opened =
        HandOver.take(parameters.get(HAND_OVER, String.class))
            .orElseGet(
                () ->
                    Opened.start(
                        Opened.application(),
                        List.of(parameters.get(EXPECTED, String[].class)),
                        List.of(parameters.get(WRAPPED, String[].class))));
    opened.container().bind(Beans.find(lookup, StorageKeeper.class));
    return opened.undercroft();
  }
}
