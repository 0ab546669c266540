package io.undercroft.plugin.redis;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields of documents: null, texts, numbers and booleans at paths that lead through objects
 * only. Where anything else is met, or the document is not read, the field is odd, and the runtime
 * is left to evaluate it.
 *
 * <p><b>Threads:</b> immutable.
 */
final class SeenFields {
  /** Stands for a field that is not there. */
  static final Object MISSING = new Object();

  /** Stands for what an index cannot tell. */
  static final Object ODD = new Object();

  /** Longer texts and numbers are odd. */
  private static final int LONGEST_TEXT = 200;

  private static final int LONGEST_NUMBER = 60;

  private final Step root = new Step();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  /** A place in a document, and where it leads on. */
  private static final class Step {
    private final Map<String, Step> next = new LinkedHashMap<>();
    private int field = -1;

    /** Fills in everything that ends here or farther on. */
    void all(@Nullable Object[] into, Object value) {
      if (field >= 0) {
        into[field] = value;
      }
      next.values().forEach(step -> step.all(into, value));
    }
  }

  SeenFields(Collection<String> paths) {
    for (String path : paths) {
      if (!numbers.containsKey(path)) {
        Step at = root;
        for (String name : path.split("\\.", -1)) {
          at = at.next.computeIfAbsent(name, any -> new Step());
        }
        at.field = numbers.size();
        numbers.put(path, at.field);
      }
    }
  }

  /** Returns the number of a field in what {@link #read} returns. */
  int number(String path) {
    Integer number = numbers.get(path);
    if (number == null) {
      throw new IllegalArgumentException("the field '" + path + "' is not read");
    }
    return number;
  }

  /** Returns the value of each field: null, String, BigDecimal, Boolean, MISSING or ODD. */
  @Nullable Object[] read(byte[] value) {
    @Nullable Object[] found = new Object[numbers.size()];
    Arrays.fill(found, MISSING);
    try (JsonReader in = new JsonReader(new StringReader(text(value)))) {
      in.setStrictness(Strictness.STRICT);
      if (in.peek() == JsonToken.BEGIN_OBJECT) {
        object(in, root, found);
      } else {
        in.skipValue();
        Arrays.fill(found, ODD); // paths mean something else there
      }
      if (in.peek() != JsonToken.END_DOCUMENT) {
        Arrays.fill(found, ODD);
      }
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      Arrays.fill(found, ODD); // the runtime says what is wrong with it, if anything is
    }
    return found;
  }

  private static String text(byte[] value) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
  }

  private static void object(JsonReader in, Step at, @Nullable Object[] found) throws IOException {
    Map<String, Step> left = new LinkedHashMap<>(at.next);
    in.beginObject();
    while (in.hasNext()) {
      String name = in.nextName();
      Step step = at.next.get(name);
      if (step == null) {
        in.skipValue();
      } else if (left.remove(name) == null) {
        in.skipValue();
        step.all(found, ODD); // it is there twice
      } else {
        value(in, step, found);
      }
    }
    in.endObject();
  }

  private static void value(JsonReader in, Step at, @Nullable Object[] found) throws IOException {
    switch (in.peek()) {
      case BEGIN_ARRAY -> {
        in.skipValue();
        at.all(found, ODD);
      }
      case BEGIN_OBJECT -> {
        if (at.field >= 0) {
          found[at.field] = ODD;
        }
        object(in, at, found);
      }
      case NULL -> {
        in.nextNull();
        end(at, found, null);
      }
      case BOOLEAN -> end(at, found, in.nextBoolean());
      case NUMBER -> end(at, found, decimal(in.nextString()));
      case STRING -> {
        String text = in.nextString();
        end(at, found, text.length() > LONGEST_TEXT || !Cell.isWellFormed(text) ? ODD : text);
      }
      default -> throw new IllegalStateException("no value");
    }
  }

  private static Object decimal(String text) {
    return text.length() > LONGEST_NUMBER ? ODD : new BigDecimal(text);
  }

  private static void end(Step at, @Nullable Object[] found, @Nullable Object value) {
    if (at.field >= 0) {
      found[at.field] = value;
    }
  }
}
