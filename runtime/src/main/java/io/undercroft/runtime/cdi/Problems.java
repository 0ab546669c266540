package io.undercroft.runtime.cdi;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.enterprise.inject.spi.DeploymentException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Everything that stands against the deployment, each once, sorted. */
final class Problems {
  private static final String ITEM = "\n  - ";

  private final SortedSet<String> general = new TreeSet<>();
  private final SortedMap<String, SortedSet<String>> atPlaces = new TreeMap<>();
  private final List<StorageException> failures = new ArrayList<>();

  /** Adds one problem. */
  void add(String problem) {
    general.add(problem);
  }

  /** Adds what an exception says: every problem of an INVALID_CONFIG that lists several. */
  void add(StorageException e) {
    String[] parts = e.reason().split(ITEM, -1);
    if (e.code() == ErrorCode.INVALID_CONFIG && parts[0].matches("[0-9]+ problems?")) {
      for (int i = 1; i < parts.length; i++) {
        add(parts[i]);
      }
    } else {
      add((e.code() == ErrorCode.INVALID_CONFIG ? "" : e.code() + ": ") + where(e) + e.reason());
      keep(e);
    }
  }

  /** Adds a problem of an injection point; the same problem of several is one. */
  void add(String problem, String place) {
    atPlaces.computeIfAbsent(problem, text -> new TreeSet<>()).add(place);
  }

  /** Adds what an exception says about an injection point. */
  void add(StorageException e, String place) {
    add(where(e) + e.reason(), place);
    keep(e);
  }

  private static String where(StorageException e) {
    return e.storage()
        .map(storage -> "storage " + StorageException.quote(storage) + ": ")
        .orElse("");
  }

  /** A failure without a cause says everything in its message. */
  private void keep(StorageException e) {
    if (e.getCause() != null) {
      failures.add(e);
    }
  }

  boolean isEmpty() {
    return general.isEmpty() && atPlaces.isEmpty();
  }

  /** Returns the exception that ends the deployment, in the form of INVALID_CONFIG. */
  DeploymentException toException() {
    SortedSet<String> lines = new TreeSet<>(general);
    atPlaces.forEach(
        (text, places) -> lines.add(text + " (injected in " + String.join(", ", places) + ")"));
    DeploymentException all =
        new DeploymentException(
            ErrorCode.INVALID_CONFIG
                + ": "
                + lines.size()
                + (lines.size() == 1 ? " problem" : " problems")
                + ITEM
                + lines.stream()
                    .map(line -> line.replace("\n", "\n  "))
                    .collect(Collectors.joining(ITEM)));
    failures.forEach(all::addSuppressed);
    return all;
  }
}
