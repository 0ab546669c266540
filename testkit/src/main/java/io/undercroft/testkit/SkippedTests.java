package io.undercroft.testkit;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Says after the last test how many of them had nothing to prove, and why: what a plugin does not
 * declare is no mistake, what it has forgotten to declare is.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class SkippedTests implements TestWatcher, AfterAllCallback {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(SkippedTests.class);
  private static final String ASSUMED = "Assumption failed: ";

  /** For JUnit. */
  SkippedTests() {}

  /** How often each reason was given. */
  private static final class Reasons {
    private final Map<String, Integer> counts = new TreeMap<>();

    synchronized void add(String reason) {
      counts.merge(reason, 1, Integer::sum);
    }

    /** Returns a line for each reason, the most frequent first. */
    synchronized String text(String tests) {
      StringBuilder text = new StringBuilder();
      int all = counts.values().stream().mapToInt(count -> count).sum();
      text.append(tests).append(": ").append(all).append(" tests had nothing to prove:");
      counts.entrySet().stream()
          .sorted(
              Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                  .thenComparing(Map.Entry.comparingByKey()))
          .forEach(
              each ->
                  text.append("\n  ").append(each.getValue()).append(" × ").append(each.getKey()));
      return text.toString();
    }
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(SPACE);
  }

  @Override
  public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
    String why = cause == null ? "" : String.valueOf(cause.getMessage());
    store(context)
        .computeIfAbsent(context.getRequiredTestClass(), none -> new Reasons(), Reasons.class)
        .add(why.startsWith(ASSUMED) ? why.substring(ASSUMED.length()) : why);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Class<?> tests = context.getRequiredTestClass();
    Reasons reasons = store(context).remove(tests, Reasons.class);
    if (reasons != null) {
      System.out.println(reasons.text(tests.getSimpleName()));
    }
  }
}
