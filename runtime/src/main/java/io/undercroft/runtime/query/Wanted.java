package io.undercroft.runtime.query;

import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of documents that somebody wants to see; reading leaves out everything else, so that
 * most of a document is passed over without becoming an object.
 *
 * <p>What is left is enough for every path that was added: it leads there to the same values as in
 * the whole document. A value on the way that is neither object nor array is null there.
 */
final class Wanted {
  /** Stands for a document that nobody wants to see; only ever compared by identity. */
  static final Map<String, @Nullable Object> NOTHING = new Members(0);

  private final Map<String, Wanted> members = new HashMap<>();
  private boolean whole;
  private boolean indexed;
  private boolean decides;
  private int deciding;

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

  /** As {@link #add}, of a path that decides whether anybody wants to see the document. */
  void addDeciding(Path path) {
    add(path);
    Wanted member = members.get(path.steps()[0]);
    if (member != null && !member.decides) {
      member.decides = true;
      deciding++;
    }
  }

  /** Returns the names of the wanted members; nothing if all are. */
  Optional<Set<String>> names() {
    return whole ? Optional.empty() : Optional.of(members.keySet());
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

  /**
   * As {@link #read}, but decides as soon as everything was found that does, and reads on only if
   * the condition holds; returns {@link #NOTHING} if it does not.
   */
  Map<String, @Nullable Object> readMatching(JsonParser from, Matching matching) {
    if (whole) {
      Map<String, @Nullable Object> all = read(from);
      return matching.matches(all) ? all : NOTHING;
    }
    Map<String, @Nullable Object> object = empty();
    boolean more = from.next() == Event.START_OBJECT;
    for (int missing = deciding; more && missing > 0; ) {
      more = from.next() != Event.END_OBJECT;
      if (more && member(object, from)) {
        missing--;
      }
    }
    if (!matching.matches(object)) {
      return NOTHING;
    }
    if (more) {
      fill(object, from, members.size());
    }
    return object;
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
    Map<String, @Nullable Object> object = empty();
    fill(object, from, enough);
    return object;
  }

  private Map<String, @Nullable Object> empty() {
    return whole || members.size() > Members.MOST
        ? new LinkedHashMap<>()
        : new Members(members.size());
  }

  private void fill(Map<String, @Nullable Object> object, JsonParser from, int enough) {
    while (object.size() < enough && from.next() != Event.END_OBJECT) {
      member(object, from);
    }
  }

  /** Reads the member whose name was read; returns whether it is one that decides. */
  private boolean member(Map<String, @Nullable Object> object, JsonParser from) {
    String name = from.getString();
    Wanted member = whole ? this : members.get(name);
    Event event = from.next();
    if (member != null) {
      object.put(name, member.value(from, event));
      return member.decides;
    }
    if (event == Event.START_OBJECT) {
      from.skipObject();
    } else if (event == Event.START_ARRAY) {
      from.skipArray();
    }
    return false;
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
