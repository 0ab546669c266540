package io.undercroft.runtime.cdi;

import io.undercroft.runtime.client.Capability;
import io.undercroft.runtime.client.TypedInterface;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a storage must offer because of one injection point.
 *
 * @param storage the storage's name
 * @param handles the interfaces of ours that are asked for
 * @param place the injection point, in words for a message
 */
record Requirement(String storage, List<Handle> handles, String place) {
  private static final String BETWEEN = "\t";

  Requirement {
    Objects.requireNonNull(storage, "storage");
    handles = List.copyOf(handles);
    Objects.requireNonNull(place, "place");
  }

  static Requirement of(Demand.Ours demand) {
    return new Requirement(demand.storage(), List.of(demand.handle()), demand.place());
  }

  static Requirement of(Demand.Typed demand, TypedInterface<?> type) {
    List<Handle> handles =
        Arrays.stream(Handle.values())
            .filter(handle -> type.capabilities().stream().anyMatch(c -> c.type() == handle.type()))
            .toList();
    return new Requirement(
        demand.storage(), handles, demand.place() + " as " + type.type().getName());
  }

  /** Returns whether it can be told only by opening the storage. */
  boolean isMoreThanAnyStorageOffers() {
    return handles.stream().anyMatch(handle -> handle.needs() != Capability.STORAGE);
  }

  /** Adds what the storage does not offer. */
  void check(StorageInfo info, Problems problems) {
    for (Handle handle : handles) {
      String needed = handle.needs().type().getSimpleName();
      if (!info.capabilities().containsKey(needed)) {
        problems.add(
            "storage "
                + StorageException.quote(storage)
                + ": plugin "
                + info.plugin()
                + " "
                + info.pluginVersion()
                + " with its layers does not offer "
                + needed
                + "; this storage offers "
                + String.join(", ", info.capabilities().keySet())
                + ". Use one of these, or configure a plugin that offers it",
            place);
      }
    }
  }

  /** Returns it as text, for a parameter of a synthetic bean. */
  String encode() {
    return handles.stream()
        .map(Handle::name)
        .collect(Collectors.joining(",", storage + BETWEEN, BETWEEN + place));
  }

  /** Returns what {@link #encode} made text of. */
  static Requirement decode(String text) {
    String[] parts = text.split(BETWEEN, 3);
    return new Requirement(
        parts[0], Arrays.stream(parts[1].split(",", -1)).map(Handle::valueOf).toList(), parts[2]);
  }
}
