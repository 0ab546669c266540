package io.undercroft.runtime.layers;

import io.undercroft.spi.Wrapper;
import io.undercroft.spi.Wrapper.Stage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where the wrappers of one storage stand. */
final class Placement {
  private final String storage;
  private final List<Placed> listed = new ArrayList<>();
  private final List<Placed> unlisted = new ArrayList<>();

  /** A wrapper, what it is called, and where it belongs. */
  record Placed(String name, Wrapper wrapper, Stage stage) {
    Placed(String name, Wrapper wrapper) {
      this(name, wrapper, wrapper.stage());
    }

    Placed {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(stage, "stage");
    }
  }

  Placement(String storage) {
    this.storage = storage;
  }

  void listed(String name, Wrapper wrapper) {
    listed.add(new Placed(name, wrapper));
  }

  void unlisted(String name, Wrapper wrapper) {
    unlisted.add(new Placed(name, wrapper));
  }

  /**
   * Returns all, outermost first: by stage, in a stage as listed, then those that no list names.
   *
   * @throws StorageException INVALID_CONFIG if the list itself says another order or a name twice
   */
  List<Placed> inOrder() {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < listed.size(); i++) {
      Placed inner = listed.get(i);
      for (Placed outer : listed.subList(0, i)) {
        if (outer.name().equals(inner.name())) {
          problems.add("'" + inner.name() + "' is listed twice");
        } else if (outer.stage().compareTo(inner.stage()) > 0) {
          problems.add(
              "'%s' (%s) cannot stand inside '%s' (%s)"
                  .formatted(inner.name(), inner.stage(), outer.name(), outer.stage()));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw StorageException.of(ErrorCode.INVALID_CONFIG, message(problems));
    }
    return sorted(Stream.concat(listed.stream(), unlisted.stream()));
  }

  private String message(List<String> problems) {
    return "%s=%s: %s; the stages, outermost first, are %s: write %s"
        .formatted(
            Setting.of(storage, "layers"),
            String.join(",", listed.stream().map(Placed::name).toList()),
            String.join("; ", problems),
            String.join(", ", Arrays.stream(Stage.values()).map(Stage::name).toList()),
            names(sorted(listed.stream())));
  }

  /** A stable sort: within a stage the order stays. */
  private static List<Placed> sorted(Stream<Placed> some) {
    return some.sorted(Comparator.comparing(Placed::stage)).toList();
  }

  private static String names(List<Placed> some) {
    return String.join(",", some.stream().map(Placed::name).distinct().toList());
  }
}
