package io.undercroft.runtime.query;

import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of documents that somebody wants to see; reading leaves out everything else, so that
 * most of a document is passed over without becoming an object.
 *
 * <p>What is left is enough for every path that was added: it leads there to the same values as in
 * the whole document. A value on the way that is neither object nor array is null there.
 */
final class Wanted {
  private final Map<String, Wanted> members = new HashMap<>();
  private boolean whole;
  private boolean indexed;

  /** Returns nothing, to begin with. */
  static Wanted nothing() {
    return new Wanted();
  }

  /** Returns everything. */
  static Wanted everything() {
    Wanted all = new Wanted();
    all.whole = true;
    return all;
  }

  void add(Path path) {
    Wanted at = this;
    for (String step : path.steps()) {
      at.indexed |= Path.isIndex(step);
      at = at.members.computeIfAbsent(step, fresh -> new Wanted());
    }
    at.whole = true;
  }

  boolean isNothing() {
    return !whole && members.isEmpty();
  }

  /**
   * Reads a document until everything that is wanted was found; what is no object has no fields and
   * is the empty one.
   */
  Map<String, @Nullable Object> read(JsonParser from) {
    return from.next() == Event.START_OBJECT ? members(from) : Map.of();
  }

  /** Reads the members of a document whose beginning was read. */
  Map<String, @Nullable Object> members(JsonParser from) {
    return object(from, whole ? Integer.MAX_VALUE : members.size());
  }

  /** Reads a document that may be of any type. */
  static @Nullable Object readWhole(JsonParser from) {
    return everything().value(from, from.next());
  }

  private @Nullable Object value(JsonParser from, Event event) {
    return switch (event) {
      case START_OBJECT -> object(from, Integer.MAX_VALUE);
      case START_ARRAY -> array(from);
      case VALUE_STRING -> whole ? from.getString() : null;
      case VALUE_NUMBER -> whole ? Values.number(from.getString()) : null;
      case VALUE_TRUE -> whole ? Boolean.TRUE : null;
      case VALUE_FALSE -> whole ? Boolean.FALSE : null;
      default -> null;
    };
  }

  private Map<String, @Nullable Object> object(JsonParser from, int enough) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (object.size() < enough && from.next() != Event.END_OBJECT) {
      String name = from.getString();
      Wanted member = whole ? this : members.get(name);
      Event event = from.next();
      if (member != null) {
        object.put(name, member.value(from, event));
      } else if (event == Event.START_OBJECT) {
        from.skipObject();
      } else if (event == Event.START_ARRAY) {
        from.skipArray();
      }
    }
    return object;
  }

  private List<@Nullable Object> array(JsonParser from) {
    Wanted elements = indexed ? everything() : this;
    List<@Nullable Object> array = new ArrayList<>();
    for (Event event = from.next(); event != Event.END_ARRAY; event = from.next()) {
      array.add(elements.value(from, event));
    }
    return array;
  }
}
