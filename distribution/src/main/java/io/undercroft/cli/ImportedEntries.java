package io.undercroft.cli;

import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an import file, their keys made unique and complete as the user asks.
 *
 * <p><b>Memory:</b> one value and every key.
 */
final class ImportedEntries {
  private static final int PROBLEMS_SHOWN = 10;

  private final JsonElements elements;
  private final Optional<String> keyField;
  private final Duplicates duplicates;
  private final Missing missing;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, Integer> lastNumber = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private long problemCount;
  private long position;

  ImportedEntries(
      JsonElements elements, Optional<String> keyField, Duplicates duplicates, Missing missing) {
    this.elements = elements;
    this.keyField = keyField;
    this.duplicates = duplicates;
    this.missing = missing;
  }

  /** What to do with a key that came before. */
  enum Duplicates {
    FAIL,
    NUMBER,
    FIRST,
    LAST
  }

  /** What to do with a value without a key. */
  enum Missing {
    FAIL,
    NUMBER,
    SKIP
  }

  /** One entry to write. */
  record Imported(String key, JsonValue value, SetOptions how) {}

  /** Returns the next entry, or empty at the end; what is wrong is collected. */
  Optional<Imported> next() throws IOException {
    for (Optional<byte[]> bytes = elements.next(); bytes.isPresent(); bytes = elements.next()) {
      position++;
      JsonValue element = Json.parse("entry " + position, bytes.get());
      Optional<Imported> entry = keyField.isPresent() ? byField(element) : byLine(element);
      if (entry.isPresent()) {
        return entry;
      }
    }
    return Optional.empty();
  }

  private Optional<Imported> byField(JsonValue element) {
    @Nullable JsonValue key =
        element instanceof JsonObject object ? object.get(keyField.orElseThrow()) : null;
    return uniqueKey(key).map(unique -> new Imported(unique, element, SetOptions.none()));
  }

  private Optional<Imported> byLine(JsonValue element) {
    if (!(element instanceof JsonObject line)
        || !line.containsKey("key")
        || !line.containsKey("value")) {
      problem("is not {\"key\":…,\"value\":…}; for an array of plain values say --key FIELD");
      return Optional.empty();
    }
    SetOptions how;
    try {
      how =
          Json.setOptions(
              false, null, null, deadline(line.get("expiresAt")), texts(line.get("metadata")));
    } catch (UsageException e) {
      problem(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    JsonValue value = line.get("value");
    return uniqueKey(line.get("key")).map(unique -> new Imported(unique, value, how));
  }

  private static @Nullable String deadline(@Nullable JsonValue expiresAt) {
    if (expiresAt == null) {
      return null;
    }
    if (expiresAt instanceof JsonString text) {
      return text.getString();
    }
    throw new UsageException("has an expiresAt that is not a text");
  }

  private static Map<String, String> texts(@Nullable JsonValue metadata) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (metadata instanceof JsonObject object) {
      for (Map.Entry<String, JsonValue> entry : object.entrySet()) {
        if (!(entry.getValue() instanceof JsonString text)) {
          throw new UsageException("has metadata that is not a text");
        }
        texts.put(entry.getKey(), text.getString());
      }
    } else if (metadata != null) {
      throw new UsageException("has metadata that is not an object");
    }
    return texts;
  }

  private Optional<String> uniqueKey(@Nullable JsonValue key) {
    String text;
    if (key instanceof JsonString string) {
      text = string.getString();
    } else if (key == null || key.getValueType() == JsonValue.ValueType.NULL) {
      switch (missing) {
        case SKIP -> {
          return Optional.empty();
        }
        case NUMBER -> text = "#" + position;
        default -> {
          problem("has no key; --missing=number takes its position, --missing=skip leaves it out");
          return Optional.empty();
        }
      }
    } else if (key instanceof JsonObject || key instanceof jakarta.json.JsonArray) {
      problem("has an object or array as its key");
      return Optional.empty();
    } else {
      text = key.toString();
    }
    if (seen.add(text)) {
      return Optional.of(text);
    }
    switch (duplicates) {
      case FIRST -> {
        return Optional.empty();
      }
      case LAST -> {
        return Optional.of(text);
      }
      case NUMBER -> {
        int number = lastNumber.getOrDefault(text, 1);
        String numbered;
        do {
          number++;
          numbered = text + " (" + number + ")";
        } while (!seen.add(numbered));
        lastNumber.put(text, number);
        return Optional.of(numbered);
      }
      default -> {
        problem(
            "repeats the key "
                + StorageException.quote(text)
                + "; --duplicates=number, first or last says what to do");
        return Optional.empty();
      }
    }
  }

  private void problem(String words) {
    problemCount++;
    if (problems.size() < PROBLEMS_SHOWN) {
      problems.add("  - entry " + position + " " + words);
    }
  }

  /** Throws if anything was wrong, listing the first problems. */
  void throwProblems(String where) {
    if (problemCount == 0) {
      return;
    }
    String more =
        problemCount > problems.size()
            ? "\n  - and " + (problemCount - problems.size()) + " more"
            : "";
    throw new UsageException(
        where
            + ": "
            + problemCount
            + (problemCount == 1 ? " problem\n" : " problems\n")
            + String.join("\n", problems)
            + more);
  }
}
