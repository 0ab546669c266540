package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.undercroft.storage.Isolation;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import io.undercroft.testkit.fixture.LedgerPlugin;
import io.undercroft.testkit.fixture.LedgerPlugin.Conduct;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plugin that reports more isolation than it gives is found out through the runtime too. */
class IsolationLiesTest {
  private static final ThreadLocal<LedgerPlugin> PLANTED = new ThreadLocal<>();

  /** The class that an author would write; run by the launcher only. */
  static final class Suspect extends StoragePluginContract {
    @Override
    protected PluginUnderTest plugin(Path temp) {
      return PluginUnderTest.of(PLANTED.get(), Map.of());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          READS_COMMITTED | SERIALIZABLE    | G-single: read skew, P4: lost update, G2-item: write skew
          SNAPSHOT        | SERIALIZABLE    | G2-item: write skew, G2: write skew by predicate
          LOSES_UPDATES   | REPEATABLE_READ | P4: lost update, P4: lost update by update
          LEAKS           | READ_COMMITTED  | G0: write cycle, G1a: aborted read, G1b: intermediate read
          """)
  void whoReportsMoreThanItGivesIsRed(Conduct conduct, Isolation claimed, String schedules) {
    assertThat(red(new LedgerPlugin(conduct, claimed)))
        .containsAll(Arrays.asList(schedules.split(", ")));
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIMISTIC, SERIALIZABLE",
    "SNAPSHOT, REPEATABLE_READ",
    "READS_COMMITTED, READ_COMMITTED"
  })
  void whoGivesWhatItReportsIsNotRed(Conduct conduct, Isolation claimed) {
    assertThat(red(new LedgerPlugin(conduct, claimed))).isEmpty();
  }

  /** Returns the schedules that fail. */
  private static List<String> red(LedgerPlugin plugin) {
    PLANTED.set(plugin);
    try {
      return Suspects.red(
              selectMethod(
                  Suspect.class,
                  "noOrderOfStepsShowsAnAnomalyThatItsDeclaredLevelForbids",
                  "io.undercroft.testkit.Schedule"))
          .stream()
          .map(shown -> shown.substring(shown.indexOf('=') + 1).strip())
          .toList();
    } finally {
      PLANTED.remove();
    }
  }
}
