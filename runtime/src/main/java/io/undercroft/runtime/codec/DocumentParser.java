package io.undercroft.runtime.codec;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonLocation;
import jakarta.json.stream.JsonParser;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document as JSON events, whatever its bytes look like, and refuses what no storage
 * should hold: names twice in an object, nesting beyond the limit, numbers that do not fit.
 *
 * <p><b>Threads:</b> one.
 */
abstract class DocumentParser implements JsonParser {
  byte[] in;
  final CodecLimits limits;
  private final Names names = new Names();
  private boolean[] objects = new boolean[16];
  private int depth;
  private @Nullable Event event;
  private @Nullable Refusal refusal;
  private boolean done;
  private int documentStart;
  private @Nullable Shown shown;

  DocumentParser(byte[] in, CodecLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /** Begins another document, as a new parser would. */
  void restart(byte[] document) {
    in = document;
    names.clear();
    depth = 0;
    event = null;
    refusal = null;
    done = false;
    documentStart = 0;
  }

  /** Shows only these members of documents from now on. */
  final void show(Shown members) {
    shown = members;
  }

  // what a form of documents brings

  /** Returns the next event; called only while the document is not at its end. */
  abstract Event read();

  /** Throws a refusal unless the bytes end here. */
  abstract void end();

  /** Returns where the event that was read last began. */
  abstract int eventStart();

  /** Returns the place of a byte. */
  abstract Place place(int offset);

  /** Returns the name or the string of the event that was read last. */
  abstract String text();

  /** Returns the text of the number that was read last. */
  abstract String number();

  /** Returns the number that was read last, if it is whole and fits. */
  abstract long wholeNumber();

  /** Returns the bytes that the string that was read last stands for. */
  abstract byte[] binary();

  // what they share

  /** Begins an object or array. */
  final Event open(boolean object) {
    if (depth == limits.depth()) {
      throw refuse("objects and arrays nest more than " + limits.depth() + " deep");
    }
    if (depth == objects.length) {
      objects = Arrays.copyOf(objects, depth * 2);
    }
    objects[depth++] = object;
    if (object) {
      names.open();
      return Event.START_OBJECT;
    }
    return Event.START_ARRAY;
  }

  /** Ends the innermost object or array. */
  final Event shut() {
    if (objects[--depth]) {
      names.close();
      return Event.END_OBJECT;
    }
    return Event.END_ARRAY;
  }

  /** Takes a name of the innermost object. */
  final void name(String name) {
    if (!names.add(name)) {
      throw refuse("a name is there twice in one object");
    }
  }

  final int depth() {
    return depth;
  }

  /** Returns what is shown of the innermost object, if that is not everything. */
  final @Nullable Shown shown() {
    return depth == 1 ? shown : null;
  }

  /** Returns the event that was read last, if there was one. */
  final @Nullable Event lastEvent() {
    return event;
  }

  /** Returns where the first event began. */
  final int documentStart() {
    return documentStart;
  }

  /** Returns whether the innermost container is an object. */
  final boolean inObject() {
    return objects[depth - 1];
  }

  /** Returns a refusal at the event that is being read. */
  final Refusal refuse(String what) {
    return refuse(what, eventStart());
  }

  /** Returns a refusal at a byte; the first one is remembered, in case somebody swallows it. */
  final Refusal refuse(String what, int offset) {
    Refusal made = new Refusal(what, place(offset));
    if (refusal == null) {
      refusal = made;
    }
    return made;
  }

  /** Returns the first refusal, if there was one. */
  final @Nullable Refusal refusal() {
    return refusal;
  }

  /** Reads what is left of the document, and throws a refusal unless the bytes end there. */
  final void finish() {
    while (!done) {
      next();
    }
    if (refusal != null) {
      throw refusal;
    }
    end();
  }

  // JsonParser

  @Override
  public final boolean hasNext() {
    return !done;
  }

  @Override
  public final Event next() {
    if (done) {
      throw new NoSuchElementException("the document is at its end");
    }
    if (refusal != null) {
      throw refusal;
    }
    Event read = read();
    if (event == null) {
      documentStart = eventStart();
    }
    event = read;
    if (depth == 0) {
      done = true;
    }
    return read;
  }

  @Override
  public final Event currentEvent() {
    if (event == null) {
      throw new IllegalStateException("no event was read yet");
    }
    return event;
  }

  @Override
  public final String getString() {
    return switch (currentEvent()) {
      case KEY_NAME, VALUE_STRING -> text();
      case VALUE_NUMBER -> number();
      default -> throw new IllegalStateException(event + " is no name, string or number");
    };
  }

  @Override
  public final boolean isIntegralNumber() {
    return getBigDecimal().scale() == 0;
  }

  /**
   * Returns the number, if it is one that an {@code int} holds. What JSON Processing would cut off
   * without a word is refused here.
   */
  @Override
  public final int getInt() {
    long value = getLong();
    if (value != (int) value) {
      throw refuse("a number does not fit into 32 bits");
    }
    return (int) value;
  }

  /** Returns the number, if it is one that a {@code long} holds; as {@link #getInt}. */
  @Override
  public final long getLong() {
    expect(Event.VALUE_NUMBER);
    return wholeNumber();
  }

  /** Returns the number of a text, if it is whole and fits. */
  final long wholeNumber(String text) {
    try {
      return new BigDecimal(text).longValueExact();
    } catch (ArithmeticException e) {
      // the exception says no more than this
      throw refuse("a number is not whole or does not fit into 64 bits");
    }
  }

  @Override
  public final BigDecimal getBigDecimal() {
    expect(Event.VALUE_NUMBER);
    return new BigDecimal(number());
  }

  @Override
  public final JsonLocation getLocation() {
    return place(eventStart());
  }

  /** Returns the bytes that the string that was read last stands for. */
  final byte[] getBinary() {
    expect(Event.VALUE_STRING);
    return binary();
  }

  @Override
  public final JsonObject getObject() {
    expect(Event.START_OBJECT);
    JsonObjectBuilder object = Json.BUILDERS.createObjectBuilder();
    while (next() != Event.END_OBJECT) {
      String name = text();
      next();
      object.add(name, getValue());
    }
    return object.build();
  }

  @Override
  public final JsonArray getArray() {
    expect(Event.START_ARRAY);
    JsonArrayBuilder array = Json.BUILDERS.createArrayBuilder();
    while (next() != Event.END_ARRAY) {
      array.add(getValue());
    }
    return array.build();
  }

  @Override
  public final JsonValue getValue() {
    return switch (currentEvent()) {
      case START_OBJECT -> getObject();
      case START_ARRAY -> getArray();
      case KEY_NAME, VALUE_STRING -> Json.PROVIDER.createValue(text());
      case VALUE_NUMBER -> new TextNumber(number());
      case VALUE_TRUE -> JsonValue.TRUE;
      case VALUE_FALSE -> JsonValue.FALSE;
      case VALUE_NULL -> JsonValue.NULL;
      case END_OBJECT, END_ARRAY ->
          throw new IllegalStateException(event + " is no value and begins none");
    };
  }

  /**
   * Returns the value that begins here as {@link LinkedHashMap}, {@link ArrayList}, {@link String},
   * {@link BigDecimal} or {@link Boolean}, or null.
   */
  final @Nullable Object getPlain() {
    return switch (currentEvent()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (next() != Event.END_OBJECT) {
          String name = text();
          next();
          map.put(name, getPlain());
        }
        yield map;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (next() != Event.END_ARRAY) {
          list.add(getPlain());
        }
        yield list;
      }
      case VALUE_STRING -> text();
      case VALUE_NUMBER -> new BigDecimal(number());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case KEY_NAME, END_OBJECT, END_ARRAY ->
          throw new IllegalStateException(event + " is no value and begins none");
    };
  }

  @Override
  public final Stream<JsonValue> getArrayStream() {
    return getArray().stream();
  }

  @Override
  public final Stream<Map.Entry<String, JsonValue>> getObjectStream() {
    return getObject().entrySet().stream();
  }

  @Override
  public final Stream<JsonValue> getValueStream() {
    if (event != null) {
      throw new IllegalStateException("the stream of values begins before the first event");
    }
    next();
    return Stream.of(getValue());
  }

  @Override
  public final void skipObject() {
    skip(true);
  }

  @Override
  public final void skipArray() {
    skip(false);
  }

  /** Goes to the end of the innermost container, if it is an object or an array as asked. */
  private void skip(boolean object) {
    if (depth > 0 && inObject() == object) {
      int outside = depth - 1;
      while (depth > outside) {
        next();
      }
    }
  }

  private void expect(Event expected) {
    if (currentEvent() != expected) {
      throw new IllegalStateException(event + " is not " + expected);
    }
  }

  /** Does nothing: there is nothing to give back. */
  @Override
  public final void close() {}
}
