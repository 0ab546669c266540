package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Starts a configuration as the runtime does, and takes apart what it says. */
final class Starts {
  private Starts() {}

  /** Returns a builder that reads nothing of this process. */
  static Configuration.Builder isolated() {
    return Configuration.builder()
        .environment(Map.of())
        .systemProperties(Map.of())
        .classLoader(ClassLoader.getPlatformClassLoader());
  }

  static StorageSpecs start(Configuration.Builder builder) {
    Configuration configuration = builder.build();
    configuration.bootstrap();
    return configuration.check(Plugins.catalog().build());
  }

  static StorageSpecs code(String... namesAndValues) {
    return start(set(Configuration.builder().withoutAmbient(), namesAndValues));
  }

  static Configuration.Builder set(Configuration.Builder builder, String... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.set(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder;
  }

  static StorageSpec spec(StorageSpecs specs, String storage) {
    assertThat(specs.storages()).containsKey(storage);
    return Objects.requireNonNull(specs.storages().get(storage));
  }

  static StorageSpec environment(String storage, Map<String, String> variables) {
    return spec(start(isolated().environment(variables)), storage);
  }

  /** Returns the lines of a refused start, without the bullets. */
  static List<String> problems(Configuration.Builder builder) {
    Configuration configuration = builder.build();
    configuration.bootstrap();
    return problems(() -> configuration.check(Plugins.catalog().build()));
  }

  static List<String> problemsOfCode(String... namesAndValues) {
    return problems(set(Configuration.builder().withoutAmbient(), namesAndValues));
  }

  static List<String> problems(Runnable start) {
    StorageException problem = catchThrowableOfType(StorageException.class, start::run);
    assertThat(problem).as("the start is refused").isNotNull();
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    List<String> lines = problem.getMessage().lines().toList();
    List<String> found =
        lines.stream().skip(1).peek(line -> assertThat(line).startsWith("  - ")).toList();
    assertThat(lines.get(0))
        .isEqualTo(
            "INVALID_CONFIG: " + found.size() + (found.size() == 1 ? " problem" : " problems"));
    assertThat(found).isSorted().doesNotHaveDuplicates();
    return found.stream().map(line -> line.substring(4)).toList();
  }

  /** Returns everything that printing this would print. */
  static String printed(Throwable problem) {
    StringWriter trace = new StringWriter();
    problem.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
