package io.undercroft.runtime.codec;

import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser.Event;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The shapes that need no JSON-B: they are JSON already. */
final class Shapes {
  private Shapes() {}

  /** JSON values as they are: numbers keep their text. */
  record Values<T extends JsonValue>(Class<T> type) implements Shape<T> {
    @Override
    public void write(T value, DocumentGenerator to) {
      to.write(value);
    }

    @Override
    public T read(DocumentParser from) {
      from.next();
      JsonValue value = from.getValue();
      if (!type.isInstance(value)) {
        throw from.refuse("the document is no " + type.getSimpleName(), from.documentStart());
      }
      return type.cast(value);
    }
  }

  /** Texts. */
  record Texts() implements Shape<String> {
    @Override
    public void write(String value, DocumentGenerator to) {
      to.write(value);
    }

    @Override
    public String read(DocumentParser from) {
      if (from.next() != Event.VALUE_STRING) {
        throw from.refuse("the document is no string");
      }
      return from.getString();
    }
  }

  /** Bytes: as they are in MessagePack, Base64 in JSON. */
  record Bytes() implements Shape<byte[]> {
    @Override
    public void write(byte[] value, DocumentGenerator to) {
      to.writeBinary(value);
    }

    @Override
    public byte[] read(DocumentParser from) {
      if (from.next() != Event.VALUE_STRING) {
        throw from.refuse("the document is no binary value");
      }
      return from.getBinary();
    }
  }

  /**
   * Maps, lists and plain values; whatever else is among them goes through JSON-B by its class.
   *
   * @param type what the outermost value must be: {@code Object}, {@code Map} or {@code List}
   */
  record Plain(Class<?> type, Mapping rest) implements Shape<Object> {
    @Override
    public void write(Object value, DocumentGenerator to) {
      any(value, to);
    }

    @Override
    public Object read(DocumentParser from) {
      from.next();
      Object value = from.getPlain();
      if (value == null) {
        throw from.refuse(NULL_DOCUMENT, from.documentStart());
      }
      if (!type.isInstance(value)) {
        throw from.refuse("the document is no " + type.getSimpleName(), from.documentStart());
      }
      return value;
    }

    private void any(@Nullable Object value, DocumentGenerator to) {
      if (value == null) {
        to.writeNull();
      } else if (value instanceof String text) {
        to.write(text);
      } else if (value instanceof Boolean bool) {
        to.write(bool);
      } else if (value instanceof Number number) {
        number(number, to);
      } else if (value instanceof Map<?, ?> map) {
        map(map, to);
      } else if (value instanceof JsonValue json) {
        to.write(json);
      } else if (value instanceof Collection<?> items) {
        to.writeStartArray();
        for (Object item : items) {
          any(item, to);
        }
        to.writeEnd();
      } else if (value instanceof Object[] items) {
        to.writeStartArray();
        for (Object item : items) {
          any(item, to);
        }
        to.writeEnd();
      } else if (value instanceof byte[] bytes) {
        to.writeBinary(bytes);
      } else if (value instanceof Optional<?> optional) {
        any(optional.orElse(null), to);
      } else {
        rest.write(value, to);
      }
    }

    private void number(Number number, DocumentGenerator to) {
      if (number instanceof Integer
          || number instanceof Long
          || number instanceof Short
          || number instanceof Byte) {
        to.write(number.longValue());
      } else if (number instanceof Double) {
        to.write(number.doubleValue());
      } else if (number instanceof BigDecimal decimal) {
        to.write(decimal);
      } else if (number instanceof BigInteger integer) {
        to.write(integer);
      } else {
        rest.write(number, to);
      }
    }

    private void map(Map<?, ?> map, DocumentGenerator to) {
      to.writeStartObject();
      for (Map.Entry<?, ?> member : map.entrySet()) {
        to.writeKey(name(member.getKey(), to));
        any(member.getValue(), to);
      }
      to.writeEnd();
    }

    private static String name(@Nullable Object key, DocumentGenerator to) {
      if (key instanceof String text) {
        return text;
      }
      if (key instanceof Enum<?> constant) {
        return constant.name();
      }
      if (key instanceof Number || key instanceof Character || key instanceof Boolean) {
        return key.toString();
      }
      throw to.refuse(
          key == null
              ? "a map holds a null key"
              : "a map holds a key of type " + key.getClass().getName() + ", which is no name");
    }
  }

  /** What is said about a document that is just {@code null}. */
  static final String NULL_DOCUMENT = "the document is null, and a storage holds no nulls";
}
