package io.undercroft.cli;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a query or a pipeline gives, as a table for a person: a column for each field, as many as a
 * line has room for.
 *
 * <p><b>Memory:</b> the first rows, by which columns and widths are chosen; a later row is cut to
 * them.
 */
final class Results {
  private static final int LOOKED_AT = 200;
  private static final int WIDEST = 40;
  private static final String GAP = "  ";
  private static final String CUT = "…";
  private static final int LOOK_EVERY = 0x3FF;

  private static final String KEY = "KEY";
  private static final String SCORE = "SCORE";
  private static final String VALUE = "VALUE";

  private final Iterator<Map<String, JsonValue>> rows;

  private Results(Iterator<Map<String, JsonValue>> rows) {
    this.rows = rows;
  }

  /** Takes results as {@link Json#queried} gives them. */
  static Results ofQuery(Iterator<JsonObject> results) {
    return new Results(new Mapped<>(results, Results::queried));
  }

  /** Takes documents, each a row of its own. */
  static Results ofDocuments(Iterator<JsonValue> documents) {
    return new Results(new Mapped<>(documents, Results::document));
  }

  /** Prints one value a line, as it comes. */
  static void printLines(Console console, Iterator<? extends JsonValue> values) throws IOException {
    long count = 0;
    while (values.hasNext()) {
      console.give(values.next().toString());
      if ((++count & LOOK_EVERY) == 0) {
        Output.check(console.out());
      }
    }
  }

  private static Map<String, JsonValue> queried(JsonObject result) {
    Map<String, JsonValue> cells = new LinkedHashMap<>();
    cells.put(KEY, result.getOrDefault("key", JsonValue.NULL));
    if (result.containsKey("score")) {
      cells.put(SCORE, result.get("score"));
    }
    addValue(result.getOrDefault("value", JsonValue.NULL), cells);
    return cells;
  }

  private static Map<String, JsonValue> document(JsonValue document) {
    Map<String, JsonValue> cells = new LinkedHashMap<>();
    addValue(document, cells);
    return cells;
  }

  private static void addValue(JsonValue value, Map<String, JsonValue> cells) {
    if (value instanceof JsonObject object) {
      object.forEach(cells::putIfAbsent);
    } else {
      cells.put(VALUE, value);
    }
  }

  /** Prints the rows within this many columns of text, and says which fields had no room. */
  void printTo(Console console, int width) {
    List<Map<String, JsonValue>> first = new ArrayList<>();
    Map<String, Column> columns = new LinkedHashMap<>();
    while (first.size() < LOOKED_AT && rows.hasNext()) {
      Map<String, JsonValue> row = rows.next();
      first.add(row);
      row.forEach((name, value) -> columns.computeIfAbsent(name, Column::new).look(value));
    }
    if (first.isEmpty()) {
      console.say("Nothing matches.");
      return;
    }
    List<Column> shown = new ArrayList<>();
    List<String> hidden = new ArrayList<>();
    int room = width;
    for (Column column : columns.values()) {
      int needed = column.width + (shown.isEmpty() ? 0 : GAP.length());
      if (hidden.isEmpty() && (shown.isEmpty() || needed <= room)) {
        shown.add(column);
        room -= needed;
      } else {
        hidden.add(column.name);
      }
    }
    printRow(console, shown, shown.stream().map(column -> plain(column.name)).toList());
    long count = 0;
    for (Iterator<Map<String, JsonValue>> all = first.iterator();
        all.hasNext() || rows.hasNext();
        count++) {
      Map<String, JsonValue> row = all.hasNext() ? all.next() : rows.next();
      printRow(console, shown, shown.stream().map(column -> text(row.get(column.name))).toList());
    }
    console.out().flush();
    console.say(count == 1 ? "1 row." : count + " rows.");
    if (!hidden.isEmpty()) {
      console.say(
          "Not shown: "
              + plain(String.join(", ", hidden))
              + ". Choose fields by \"select\" or \"project\", or ask for JSON.");
    }
  }

  private static void printRow(Console console, List<Column> columns, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      line.append(i == 0 ? "" : GAP).append(columns.get(i).fit(cells.get(i)));
    }
    console.give(line.toString().stripTrailing());
  }

  private static String text(@Nullable JsonValue value) {
    if (value == null) {
      return "";
    }
    return plain(value instanceof JsonString text ? text.getString() : value.toString());
  }

  /** What is stored must not steer the terminal. */
  private static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append(String.format("\\u%04x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  private static int columns(String text) {
    return new AttributedString(text).columnLength();
  }

  /** A column as the first rows make it. */
  private static final class Column {
    private final String name;
    private int width;
    private boolean numbers;
    private boolean others;

    Column(String name) {
      this.name = name;
      this.width = Math.min(WIDEST, columns(plain(name)));
    }

    void look(JsonValue value) {
      width = Math.min(WIDEST, Math.max(width, columns(text(value))));
      numbers |= value instanceof JsonNumber;
      others |= !(value instanceof JsonNumber) && value != JsonValue.NULL;
    }

    /** Cuts or fills a text to the column's width; numbers stand right. */
    String fit(String text) {
      int own = columns(text);
      if (own > width) {
        AttributedString cut =
            new AttributedStringBuilder()
                .append(new AttributedString(text).columnSubSequence(0, width - 1))
                .append(CUT)
                .toAttributedString();
        return cut + " ".repeat(Math.max(0, width - cut.columnLength()));
      }
      String blanks = " ".repeat(width - own);
      return numbers && !others ? blanks + text : text + blanks;
    }
  }

  /** An iterator of what a function makes of another's elements. */
  private record Mapped<A, B>(Iterator<A> from, Function<A, B> function) implements Iterator<B> {
    @Override
    public boolean hasNext() {
      return from.hasNext();
    }

    @Override
    public B next() {
      return function.apply(from.next());
    }
  }
}
