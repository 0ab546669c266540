package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.testkit.Lies.Lie;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Whoever lies is found out, by the contracts whose matter it is and by no other. */
class LiesTest {
  private static final ThreadLocal<UnaryOperator<StoragePlugin>> PLANTED = new ThreadLocal<>();

  /** A random story meets most lies, and none for certain. */
  private static final Set<Class<?>> BY_CHANCE = Set.of(BackendModelContract.class);

  /** The class that an author would write; run by the launcher only. */
  static final class Suspect extends BackendContract {
    private final ShelfPlugin honest = new ShelfPlugin();

    @Override
    protected PluginUnderTest plugin(Path temp) {
      return PluginUnderTest.of(PLANTED.get().apply(honest), Map.of("shelf", temp.toString()))
          .persistent()
          .concurrentProcesses()
          .scaled(0.2)
          .outage(() -> honest.setOutOfReach(true), () -> honest.setOutOfReach(false));
    }
  }

  /** As {@link Suspect}, with its facets declared. */
  static final class DeclaredSuspect extends BackendContract {
    private final ShelfPlugin honest = new ShelfPlugin();

    @Override
    protected PluginUnderTest plugin(Path temp) {
      return PluginUnderTest.of(PLANTED.get().apply(honest), Map.of("shelf", temp.toString()))
          .persistent()
          .scaled(0.2)
          .offering(Batch.class, Commit.class, Expiry.class, Changes.class);
    }
  }

  static List<Lie> lies() {
    return Lies.ALL;
  }

  @ParameterizedTest
  @MethodSource("lies")
  void everyLieIsNoticedByTheContractsWhoseMatterItIs(Lie lie) {
    Class<?> suspect =
        lie.name().equals("does not offer what it declares")
            ? DeclaredSuspect.class
            : Suspect.class;
    Map<String, Throwable> failures = failures(suspect, lie.plant());
    Set<String> contracts = new HashSet<>();
    failures.keySet().forEach(test -> contracts.add(test.substring(0, test.indexOf('.'))));
    Set<Class<?>> certain = new HashSet<>(lie.noticedBy());
    certain.removeAll(BY_CHANCE);
    assertThat(certain).isNotEmpty();
    assertThat(contracts)
        .as("contracts that are red: %s", failures.keySet())
        .containsAll(names(certain));
    contracts.removeAll(names(lie.noticedBy()));
    contracts.removeAll(names(lie.perhapsBy()));
    assertThat(contracts).as("what else is red of %s", failures.keySet()).isEmpty();
  }

  private static List<String> names(Set<Class<?>> contracts) {
    return contracts.stream().map(Class::getSimpleName).toList();
  }

  @Test
  void nobodyIsAccusedWhoDoesNotLie() {
    assertThat(failures(Suspect.class, honest -> honest)).isEmpty();
    assertThat(failures(DeclaredSuspect.class, honest -> honest)).isEmpty();
  }

  private static Map<String, Throwable> failures(
      Class<?> suspect, UnaryOperator<StoragePlugin> lie) {
    Map<String, Throwable> failures = new LinkedHashMap<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(suspect))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
            .build();
    String patience = System.setProperty(Eventually.PROPERTY, "2");
    PLANTED.set(lie);
    try {
      LauncherFactory.create()
          .execute(
              request,
              new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                  result.getThrowable().ifPresent(failure -> note(test, result, failure));
                }

                private void note(
                    TestIdentifier test, TestExecutionResult result, Throwable failure) {
                  if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    org.junit.platform.engine.support.descriptor.MethodSource source =
                        (org.junit.platform.engine.support.descriptor.MethodSource)
                            test.getSource().orElseThrow();
                    String contract = source.getJavaMethod().getDeclaringClass().getSimpleName();
                    failures.put(contract + "." + source.getMethodName(), failure);
                  }
                }
              });
    } finally {
      PLANTED.remove();
      if (patience == null) {
        System.clearProperty(Eventually.PROPERTY);
      } else {
        System.setProperty(Eventually.PROPERTY, patience);
      }
    }
    return failures;
  }
}
