package io.undercroft.runtime.codec;

import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one document from JSON events, whatever its bytes look like, and refuses what {@link
 * DocumentParser} would not read again.
 *
 * <p><b>Threads:</b> one.
 */
abstract class DocumentGenerator implements JsonGenerator {
  /** Digits per bit: a number of more bits has more digits. */
  private static final double DIGITS_PER_BIT = Math.log10(2);

  final CodecLimits limits;
  byte[] out;
  int size;
  private final Names names = new Names();
  private final boolean tight;
  private boolean[] objects = new boolean[16];
  private int[] counts = new int[16];
  private int depth;
  private boolean named;
  private boolean begun;
  private @Nullable Unwritable refusal;

  DocumentGenerator(CodecLimits limits, int expectedSize) {
    this.limits = limits;
    this.tight = NumberText.tight(limits);
    this.out = new byte[Math.min(Math.max(expectedSize, 16), limits.bytes())];
  }

  // what a form of documents brings

  /** Begins an object or array; {@link #depth()} is already that of its items. */
  abstract void begin(boolean object);

  /** Ends an object or array with so many items; {@link #depth()} is still that of its items. */
  abstract void end(boolean object, int count);

  /** Writes a name as item number {@code count} of an object, from 0. */
  abstract void name(String name, int count);

  /** Is called before every value of an array, with its number, from 0. */
  abstract void item(int count);

  /** Writes a string that may be any text. */
  abstract void string(String value);

  /** Writes a number in JSON's form, checked. */
  abstract void number(byte[] text);

  abstract void number(long value);

  /** Writes a number that is finite. */
  abstract void number(double value);

  abstract void bool(boolean value);

  abstract void nothing();

  abstract void bytes(byte[] value);

  // what they share

  final int depth() {
    return depth;
  }

  /** Returns a refusal to write; the first one is remembered, in case somebody swallows it. */
  final Unwritable refuse(String what) {
    Unwritable made = new Unwritable(what);
    if (refusal == null) {
      refusal = made;
    }
    return made;
  }

  /** Returns the first refusal, if there was one. */
  final @Nullable Unwritable refusal() {
    return refusal;
  }

  /** Makes room for so many more bytes. */
  final void room(int more) {
    if (out.length - size < more) {
      grow(more);
    }
  }

  private void grow(long more) {
    if (size + more > limits.bytes()) {
      throw refuse("it is larger than " + limits.bytes() + " bytes");
    }
    long doubled = Math.max(size + more, out.length * 2L);
    out = Arrays.copyOf(out, (int) Math.min(doubled, limits.bytes()));
  }

  /** Returns what was written: one document. */
  final byte[] finish() {
    if (refusal != null) {
      throw refusal;
    }
    if (!begun || depth > 0) {
      throw refuse("a serializer wrote nothing, or did not end what it began");
    }
    return size == out.length ? out : Arrays.copyOf(out, size);
  }

  private void before() {
    if (refusal != null) {
      throw refusal;
    }
    if (depth == 0) {
      if (begun) {
        throw refuse("a serializer wrote more than one value");
      }
      begun = true;
    } else if (!objects[depth - 1]) {
      item(counts[depth - 1]++);
    } else if (named) {
      named = false;
    } else {
      throw refuse("a serializer wrote a value without a name into an object");
    }
  }

  private void open(boolean object) {
    before();
    if (depth == limits.depth()) {
      throw refuse("objects and arrays nest more than " + limits.depth() + " deep");
    }
    if (depth == objects.length) {
      objects = Arrays.copyOf(objects, depth * 2);
      counts = Arrays.copyOf(counts, depth * 2);
    }
    objects[depth] = object;
    counts[depth] = 0;
    depth++;
    if (object) {
      names.open();
    }
    begin(object);
  }

  private void numberText(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
    String problem = NumberText.problem(ascii, 0, ascii.length, limits);
    if (!problem.isEmpty()) {
      throw refuse(problem);
    }
    number(ascii);
  }

  private void check(String text) {
    if (tight) {
      byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
      String problem = NumberText.limitProblem(ascii, 0, ascii.length, limits);
      if (!problem.isEmpty()) {
        throw refuse(problem);
      }
    }
  }

  /** Turning a huge number into text costs the square of its length: look at its bits first. */
  private void checkBits(BigInteger value) {
    if (value.bitLength() * DIGITS_PER_BIT > limits.numberLength() + 1) {
      throw refuse("a number of more than " + limits.numberLength() + " characters");
    }
  }

  /** Writes bytes: as they are where the form has that, or else in Base64. */
  final void writeBinary(byte[] value) {
    before();
    bytes(value);
  }

  // JsonGenerator

  @Override
  public final JsonGenerator writeStartObject() {
    open(true);
    return this;
  }

  @Override
  public final JsonGenerator writeStartArray() {
    open(false);
    return this;
  }

  @Override
  public final JsonGenerator writeEnd() {
    if (depth == 0 || named) {
      throw refuse("a serializer ended what it had not begun");
    }
    boolean object = objects[depth - 1];
    end(object, counts[depth - 1]);
    depth--;
    if (object) {
      names.close();
    }
    return this;
  }

  @Override
  public final JsonGenerator writeKey(String name) {
    if (depth == 0 || !objects[depth - 1] || named) {
      throw refuse("a serializer wrote a name where none belongs");
    }
    if (!names.add(name)) {
      throw refuse("a name is there twice in one object");
    }
    name(name, counts[depth - 1]++);
    named = true;
    return this;
  }

  @Override
  public final JsonGenerator write(String value) {
    before();
    string(value);
    return this;
  }

  @Override
  public final JsonGenerator write(BigDecimal value) {
    before();
    checkBits(value.unscaledValue());
    numberText(value.toString());
    return this;
  }

  @Override
  public final JsonGenerator write(BigInteger value) {
    before();
    checkBits(value);
    numberText(value.toString());
    return this;
  }

  @Override
  public final JsonGenerator write(int value) {
    return write((long) value);
  }

  @Override
  public final JsonGenerator write(long value) {
    before();
    if (tight) {
      check(Long.toString(value));
    }
    number(value);
    return this;
  }

  @Override
  public final JsonGenerator write(double value) {
    before();
    if (!Double.isFinite(value)) {
      throw refuse("a number that is infinite or none at all, which JSON does not have");
    }
    if (tight) {
      check(Double.toString(value));
    }
    number(value);
    return this;
  }

  @Override
  public final JsonGenerator write(boolean value) {
    before();
    bool(value);
    return this;
  }

  @Override
  public final JsonGenerator writeNull() {
    before();
    nothing();
    return this;
  }

  @Override
  public final JsonGenerator write(JsonValue value) {
    switch (value.getValueType()) {
      case OBJECT -> {
        writeStartObject();
        for (Map.Entry<String, JsonValue> member : value.asJsonObject().entrySet()) {
          writeKey(member.getKey());
          write(member.getValue());
        }
        writeEnd();
      }
      case ARRAY -> {
        writeStartArray();
        for (JsonValue item : value.asJsonArray()) {
          write(item);
        }
        writeEnd();
      }
      case STRING -> write(((JsonString) value).getString());
      case NUMBER -> {
        before();
        numberText(((JsonNumber) value).toString());
      }
      case TRUE -> write(true);
      case FALSE -> write(false);
      case NULL -> writeNull();
    }
    return this;
  }

  @Override
  public final JsonGenerator writeStartObject(String name) {
    return writeKey(name).writeStartObject();
  }

  @Override
  public final JsonGenerator writeStartArray(String name) {
    return writeKey(name).writeStartArray();
  }

  @Override
  public final JsonGenerator write(String name, JsonValue value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator write(String name, String value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator write(String name, BigInteger value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator write(String name, BigDecimal value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator write(String name, int value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator write(String name, long value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator write(String name, double value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator write(String name, boolean value) {
    return writeKey(name).write(value);
  }

  @Override
  public final JsonGenerator writeNull(String name) {
    return writeKey(name).writeNull();
  }

  /** Does nothing: the bytes are taken by {@link #finish}. */
  @Override
  public final void close() {}

  /** Does nothing, as {@link #close}. */
  @Override
  public final void flush() {}
}
