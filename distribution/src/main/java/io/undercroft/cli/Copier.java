package io.undercroft.cli;

import io.undercroft.storage.Entry;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Copies all entries of a storage to another one, in batches, reading each batch back. What is
 * there already and equal is not written again.
 */
final class Copier {
  private static final int BATCH = 500;

  private final Storage<JsonValue> target;
  private final List<String> different = new ArrayList<>();
  private long written;
  private long alreadyThere;

  private Copier(Storage<JsonValue> target) {
    this.target = target;
  }

  /**
   * What a copy did.
   *
   * @param different keys that read back differently, because somebody else wrote them meanwhile
   */
  record Copied(long written, long alreadyThere, List<String> different) {
    Copied {
      different = List.copyOf(different);
    }

    long verified() {
      return written + alreadyThere - different.size();
    }
  }

  /** Throws if the two are one. */
  static void requireTwo(String from, String to) {
    if (from.equals(to)) {
      throw new UsageException("from and to name the same storage '" + from + "'");
    }
  }

  static Copied copy(Console console, Storage<JsonValue> source, Storage<JsonValue> target) {
    Copier copier = new Copier(target);
    try (Stream<Entry<JsonValue>> entries = source.entries();
        Progress progress = Progress.start(console, "copy", "entries", source.size())) {
      Iterator<Entry<JsonValue>> each = entries.iterator();
      List<Entry<JsonValue>> batch = new ArrayList<>(BATCH);
      while (each.hasNext()) {
        batch.add(each.next());
        if (batch.size() == BATCH || !each.hasNext()) {
          copier.copy(batch);
          progress.step(batch.size());
          batch.clear();
        }
      }
    }
    return new Copied(copier.written, copier.alreadyThere, copier.different);
  }

  /**
   * Whether deadline and metadata are the same. A deadline that only the target has would take the
   * entry away one day.
   */
  private boolean sameBesides(Entry<JsonValue> entry) {
    Optional<Entry<JsonValue>> there = target.entry(entry.key());
    return there.isPresent()
        && there.get().expiresAt().equals(entry.expiresAt())
        && there.get().metadata().equals(entry.metadata());
  }

  /** Writes what is missing or different, and notes what still differs when read back. */
  private void copy(List<Entry<JsonValue>> batch) {
    List<Entry<JsonValue>> wanting = differing(batch, this::sameBesides);
    alreadyThere += batch.size() - wanting.size();
    written += wanting.size();
    Map<String, JsonValue> plain = new LinkedHashMap<>();
    for (Entry<JsonValue> entry : wanting) {
      SetOptions how = optionsOf(entry);
      if (Json.isPlain(how)) {
        plain.put(entry.key(), entry.value());
      } else {
        target.set(entry.key(), entry.value(), how);
      }
    }
    if (!plain.isEmpty()) {
      target.batched().setMany(plain);
    }
    // a plain write has left nothing beside the value that could differ
    differing(wanting, entry -> Json.isPlain(optionsOf(entry)) || sameBesides(entry))
        .forEach(entry -> different.add(entry.key()));
  }

  private List<Entry<JsonValue>> differing(
      List<Entry<JsonValue>> entries, Predicate<Entry<JsonValue>> sameBesides) {
    Map<String, JsonValue> there =
        target.batched().getMany(entries.stream().map(Entry::key).toList());
    return entries.stream()
        .filter(entry -> !entry.value().equals(there.get(entry.key())) || !sameBesides.test(entry))
        .toList();
  }

  private static SetOptions optionsOf(Entry<JsonValue> entry) {
    SetOptions how = SetOptions.none();
    if (entry.expiresAt().isPresent()) {
      how = how.andExpiresAt(entry.expiresAt().get());
    }
    return entry.metadata().isEmpty() ? how : how.andMetadata(entry.metadata());
  }
}
