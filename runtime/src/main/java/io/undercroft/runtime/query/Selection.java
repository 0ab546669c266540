package io.undercroft.runtime.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields to keep of a document. In an array it works on every element that is an object or an
 * array, and leaves the others out; an object stays, perhaps empty, where the path goes through it.
 * Members keep their order.
 */
final class Selection {
  private final Map<String, Selection> members = new HashMap<>();
  private boolean whole;

  static Selection of(List<String> paths) {
    Selection selection = new Selection();
    for (String path : paths) {
      Selection at = selection;
      for (String step : Path.of(path).steps()) {
        at = at.members.computeIfAbsent(step, fresh -> new Selection());
      }
      at.whole = true;
    }
    return selection;
  }

  /** Returns what to read of documents. An index is a name here, and no index. */
  static Wanted wanted(List<String> paths) {
    Wanted wanted = Wanted.nothing();
    paths.forEach(path -> wanted.add(Path.of(path)));
    return wanted;
  }

  Map<String, @Nullable Object> of(Map<?, ?> document) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    document.forEach(
        (name, value) -> {
          Selection member = members.get(name);
          if (member == null) {
            return;
          }
          Object part = member.part(value);
          if (part != Values.MISSING) {
            kept.put((String) name, part);
          }
        });
    return kept;
  }

  private @Nullable Object part(@Nullable Object value) {
    if (whole) {
      return value;
    }
    if (value instanceof Map<?, ?> object) {
      return of(object);
    }
    if (value instanceof List<?> array) {
      List<@Nullable Object> kept = new ArrayList<>();
      for (Object element : array) {
        Object part = part(element);
        if (part != Values.MISSING) {
          kept.add(part);
        }
      }
      return kept;
    }
    return Values.MISSING;
  }
}
