package io.undercroft.runtime.cdi;

import java.util.List;

/**
 * What the application observes, as deployment has found it.
 *
 * @param all one for each storage that is observed
 */
record Observations(List<Observation> all) {
  Observations {
    all = List.copyOf(all);
  }
}
