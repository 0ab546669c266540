package io.undercroft.runtime.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.LincheckAssertionError;
import org.jetbrains.kotlinx.lincheck.Options;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.strategy.managed.ManagedStrategyGuaranteeKt;
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.jetbrains.kotlinx.lincheck.util.LoggingLevel;

/**
 * Lincheck's two ways, with what is tried: narrow spots that a test names, and operations drawn at
 * random, the same in every run. {@code -Dlincheck.effort} says how many times the short round of
 * the normal build.
 *
 * <p>The model checker also tries the same schedules in every run, so it finds a planted bug always
 * or never; what stress meets is up to the machine.
 */
public final class Schedules {
  private static final int EFFORT = Integer.getInteger("lincheck.effort", 1);
  private static final int FEW = 100;
  private static final int MANY = 300;

  private final Class<?> oracle;

  /**
   * Compares with this one.
   *
   * @param oracle the same operations, one after the other
   */
  public Schedules(Class<?> oracle) {
    this.oracle = oracle;
  }

  /** Calls that run at once in two threads, and others before and after. */
  public record Spot(List<Call> before, List<Call> one, List<Call> other, List<Call> after) {
    ExecutionScenario of(Class<?> subject) {
      return new ExecutionScenario(
          actors(subject, before),
          List.of(actors(subject, one), actors(subject, other)),
          actors(subject, after),
          null);
    }

    private static List<Actor> actors(Class<?> subject, List<Call> calls) {
      return calls.stream().map(call -> call.of(subject)).toList();
    }
  }

  /** One call of an operation. */
  public record Call(String operation, List<Integer> arguments) {
    /** Calls the operation of this name. */
    public static Call of(String operation, Integer... arguments) {
      return new Call(operation, List.of(arguments));
    }

    Actor of(Class<?> subject) {
      Method method =
          Arrays.stream(subject.getMethods())
              .filter(found -> found.getName().equals(operation))
              .findFirst()
              .orElseThrow();
      return new Actor(method, arguments);
    }
  }

  /**
   * Every answer of the subject is one of some order of its operations, in the schedules that the
   * model checker tries.
   */
  public void modelCheck(Class<?> subject, Spot... spots) {
    ModelCheckingOptions options = modelChecking().iterations(EFFORT);
    options.invocationsPerIteration(EFFORT > 1 ? MANY : FEW);
    LinChecker.check(subject, spotted(options, subject, spots));
  }

  /** The same, of one narrow spot only. */
  public void modelCheckSpot(Class<?> subject, Spot spot) {
    LinChecker.check(subject, spotted(modelChecking().iterations(0), subject, spot));
  }

  /** The same under threads as the operating system runs them. */
  public void stress(Class<?> subject, Spot... spots) {
    StressOptions options = stressing().iterations(5 * EFFORT);
    LinChecker.check(subject, spotted(options, subject, spots));
  }

  /** The model checker finds an answer that no order of the operations gives. */
  public void modelCheckFinds(Class<?> planted, Spot spot) {
    finds(planted, spotted(modelChecking().iterations(0), planted, spot));
  }

  /** Stress finds one. */
  public void stressFinds(Class<?> planted, Spot spot) {
    StressOptions patient = stressing().iterations(0).invocationsPerIteration(1_000_000);
    finds(planted, spotted(patient, planted, spot));
  }

  private static Options<?, ?> spotted(Options<?, ?> options, Class<?> subject, Spot... spots) {
    for (Spot spot : spots) {
      options.addCustomScenario(spot.of(subject));
    }
    return options;
  }

  private static void finds(Class<?> planted, Options<?, ?> options) {
    options.logLevel(LoggingLevel.OFF);
    assertThatThrownBy(() -> LinChecker.check(planted, options))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }

  /** Collections of the JDK are taken as right; tried is what is ours, between their calls. */
  private ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .invocationsPerIteration(MANY)
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(2)
        .actorsAfter(2)
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses(
                    ConcurrentHashMap.class.getName(),
                    ConcurrentSkipListMap.class.getName(),
                    ConcurrentSkipListSet.class.getName(),
                    CopyOnWriteArrayList.class.getName())
                .allMethods()
                .treatAsAtomic())
        .sequentialSpecification(oracle);
  }

  private StressOptions stressing() {
    return new StressOptions()
        .invocationsPerIteration(1_000)
        .threads(3)
        .actorsBefore(1)
        .actorsPerThread(3)
        .actorsAfter(2)
        .sequentialSpecification(oracle);
  }
}
