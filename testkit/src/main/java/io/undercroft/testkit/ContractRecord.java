package io.undercroft.testkit;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Limits;
import io.undercroft.storage.StorageInfo;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Writes down what a plugin under test declares and how its contracts went, where {@code
 * -Dundercroft.testkit.record=FOLDER} asks for it: one file of properties for each test class, once
 * every contract has been run. A run of a part of them writes nothing.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class ContractRecord implements BeforeEachCallback, TestWatcher, AfterAllCallback {
  /** The system property that names the folder. */
  static final String FOLDER = "undercroft.testkit.record";

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(ContractRecord.class);

  /** For JUnit. */
  ContractRecord() {}

  /** What became of a test; of several invocations the last in this order counts. */
  private enum Outcome {
    PASSED,
    SKIPPED,
    DISABLED,
    FAILED
  }

  /** What is known of one test class so far. */
  private static final class Notes {
    private final Map<String, String> declared = new TreeMap<>();
    private final Map<String, Outcome> outcomes = new TreeMap<>();
    private boolean asked;

    /** Returns whether this is the first time. */
    synchronized boolean ask() {
      boolean first = !asked;
      asked = true;
      return first;
    }

    synchronized void declare(String name, String text) {
      declared.put(name, text);
    }

    synchronized void note(String test, Outcome outcome) {
      outcomes.merge(test, outcome, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }

    synchronized boolean isOf(Collection<String> tests) {
      return outcomes.keySet().containsAll(tests);
    }

    synchronized List<String> lines(Class<?> tests) {
      Map<String, String> all = new TreeMap<>(declared);
      Map<String, Map<Outcome, Integer>> counts = new TreeMap<>();
      outcomes.forEach(
          (test, outcome) ->
              contractOf(tests, test)
                  .ifPresent(
                      contract ->
                          counts
                              .computeIfAbsent(contract, none -> new EnumMap<>(Outcome.class))
                              .merge(outcome, 1, Integer::sum)));
      counts.forEach(
          (contract, each) ->
              all.put(
                  "contract." + contract,
                  each.entrySet().stream()
                      .map(count -> word(count.getKey()) + " " + count.getValue())
                      .collect(Collectors.joining(", "))));
      return all.entrySet().stream().map(line -> line.getKey() + "=" + line.getValue()).toList();
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<Notes> notes(ExtensionContext context) {
    return System.getProperty(FOLDER) == null
        ? Optional.empty()
        : Optional.of(
            context
                .getRoot()
                .getStore(SPACE)
                .computeIfAbsent(context.getRequiredTestClass(), none -> new Notes(), Notes.class));
  }

  /** Opens the plugin once, before the first test, and closes it again. */
  @Override
  public void beforeEach(ExtensionContext context) {
    Notes notes = notes(context).orElse(null);
    if (notes == null || !notes.ask()) {
      return;
    }
    BackendContract contract = (BackendContract) context.getRequiredTestInstance();
    try {
      declare(notes, contract);
    } catch (RuntimeException | AssertionError e) {
      notes.declare("problem", "it could not be opened: " + e); // which every test will say, too
    } finally {
      contract.closeSubject();
    }
  }

  private static void declare(Notes notes, BackendContract contract) {
    Subject subject = contract.subject();
    PluginUnderTest plugin = subject.plugin();
    notes.declare("plugin", subject.id());
    notes.declare("persistent", String.valueOf(plugin.isPersistent()));
    notes.declare("processes", plugin.allowsConcurrentProcesses() ? "several" : "one");
    plugin
        .indexes()
        .ifPresent(
            kinds -> notes.declare("indexes", joined(kinds.stream().map(Enum::name).toList())));
    Backend backend = subject.backend();
    notes.declare(
        "facets", joined(backend.facets().types().stream().map(Class::getSimpleName).toList()));
    if (contract instanceof StoragePluginContract) {
      backend.close(); // the runtime opens it again
      StorageInfo info = subject.undercroft().info(Subject.NAME);
      info.capabilities()
          .forEach((name, support) -> notes.declare("capability." + name, word(support)));
      info.limits().forEach((name, limit) -> notes.declare("limit." + name, String.valueOf(limit)));
      Optional.ofNullable(info.details().get("isolation"))
          .ifPresent(levels -> notes.declare("isolation", levels));
    } else {
      Limits limits = backend.limits();
      notes.declare("limit.valueBytes", String.valueOf(limits.valueBytes()));
    }
  }

  private static String joined(Collection<String> words) {
    return words.stream().sorted().collect(Collectors.joining(", "));
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    note(context, Outcome.PASSED);
  }

  @Override
  public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
    note(context, Outcome.SKIPPED);
  }

  @Override
  public void testDisabled(ExtensionContext context, Optional<String> reason) {
    note(context, Outcome.DISABLED);
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    note(context, Outcome.FAILED);
  }

  private static void note(ExtensionContext context, Outcome outcome) {
    notes(context)
        .ifPresent(notes -> notes.note(context.getRequiredTestMethod().getName(), outcome));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    Class<?> tests = context.getRequiredTestClass();
    Notes notes = notes(context).orElse(null);
    if (notes == null || !notes.isOf(testsOf(tests))) {
      return;
    }
    notes.declare("test", tests.getName());
    notes.declare("on", LocalDate.now(ZoneOffset.UTC).toString());
    Path folder = Files.createDirectories(Path.of(System.getProperty(FOLDER, "")));
    Files.write(folder.resolve(tests.getName() + ".properties"), notes.lines(tests));
  }

  /** Returns the names of the tests that the contracts have, overridden or not. */
  private static Set<String> testsOf(Class<?> tests) {
    Set<String> names = new HashSet<>();
    for (Method method :
        AnnotationSupport.findAnnotatedMethods(
            tests, Testable.class, HierarchyTraversalMode.TOP_DOWN)) {
      if (contractOf(tests, method.getName()).isPresent()) {
        names.add(method.getName());
      }
    }
    return names;
  }

  /** Returns the contract that a test of this name belongs to. */
  private static Optional<String> contractOf(Class<?> tests, String test) {
    for (Class<?> type = tests; type != null; type = type.getSuperclass()) {
      for (Class<?> contract : type.getInterfaces()) {
        if (Contract.class.isAssignableFrom(contract)
            && Arrays.stream(contract.getDeclaredMethods())
                .anyMatch(method -> method.getName().equals(test))) {
          return Optional.of(contract.getSimpleName().replaceFirst("Contract$", ""));
        }
      }
    }
    return Optional.empty();
  }
}
