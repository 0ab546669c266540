package io.undercroft.runtime.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads one MessagePack value as JSON events.
 *
 * <p>A binary value is a string of Base64; an extension of type {@value #NUMBER_TYPE} is a number,
 * as JSON text, that MessagePack has no exact form for. Names are strings. No other extension is
 * known. What a header claims is compared with what is there before anything is made of it.
 */
final class MsgpackParser extends DocumentParser {
  /** The extension type of numbers as text. */
  static final int NUMBER_TYPE = 1;

  /** What the value that was read last is. */
  private enum Kind {
    STRING,
    BINARY,
    WHOLE,
    UNSIGNED,
    FLOAT,
    DOUBLE,
    NUMBER_TEXT
  }

  private final NameCache cache;
  private int end;
  private final boolean tight;
  private int at;
  private long[] remaining = new long[16];

  private Kind kind = Kind.STRING;
  private int start;
  private int from;
  private int to;
  private boolean ascii;
  private long whole;
  private double decimal;
  private String name = "";
  private boolean named;

  /** Reads these bytes, with a cache that other parsers may share. */
  MsgpackParser(byte[] in, CodecLimits limits, NameCache cache) {
    super(in, limits);
    this.cache = cache;
    this.end = in.length;
    this.tight = NumberText.tight(limits);
  }

  @Override
  void restart(byte[] document) {
    super.restart(document);
    end = document.length;
    at = 0;
  }

  @Override
  Event read() {
    Event event = one();
    Shown shown = event == Event.KEY_NAME ? shown() : null;
    while (shown != null && event == Event.KEY_NAME && !shown.shows(name)) {
      one();
      while (depth() > 1) {
        one();
      }
      event = one();
    }
    return event;
  }

  private Event one() {
    start = at;
    named = false;
    if (depth() > 0) {
      int innermost = depth() - 1;
      if (remaining[innermost] == 0) {
        return shut();
      }
      remaining[innermost]--;
      if (inObject() && (remaining[innermost] & 1) == 1) {
        return name();
      }
    }
    return value(next("a value"));
  }

  @Override
  void end() {
    if (at < end) {
      throw refuse("there is more after the end of the document", at);
    }
  }

  private Event name() {
    int head = next("a name");
    if (!string(head)) {
      throw refuse("a name that is no string");
    }
    named = true;
    name = ascii ? cache.name(in, from, to) : string();
    name(name);
    return Event.KEY_NAME;
  }

  private Event value(int head) {
    if (string(head)) {
      return Event.VALUE_STRING;
    }
    if (head <= 0x7f) {
      return whole(head);
    }
    if (head <= 0x8f) {
      return container(true, head & 0x0f);
    }
    if (head <= 0x9f) {
      return container(false, head & 0x0f);
    }
    return switch (head) {
      case 0xc0 -> Event.VALUE_NULL;
      case 0xc2 -> Event.VALUE_FALSE;
      case 0xc3 -> Event.VALUE_TRUE;
      case 0xc4 -> binary(unsigned(1));
      case 0xc5 -> binary(unsigned(2));
      case 0xc6 -> binary(unsigned(4));
      case 0xc7 -> extension(unsigned(1));
      case 0xc8 -> extension(unsigned(2));
      case 0xc9 -> extension(unsigned(4));
      case 0xca -> {
        float value = Float.intBitsToFloat((int) unsigned(4));
        yield decimal(value, Kind.FLOAT);
      }
      case 0xcb -> decimal(Double.longBitsToDouble(bits(8)), Kind.DOUBLE);
      case 0xcc -> whole(unsigned(1));
      case 0xcd -> whole(unsigned(2));
      case 0xce -> whole(unsigned(4));
      case 0xcf -> unsignedLong(bits(8));
      case 0xd0 -> whole((byte) bits(1));
      case 0xd1 -> whole((short) bits(2));
      case 0xd2 -> whole(signed(bits(4)));
      case 0xd3 -> whole(bits(8));
      case 0xd4 -> extension(1);
      case 0xd5 -> extension(2);
      case 0xd6 -> extension(4);
      case 0xd7 -> extension(8);
      case 0xd8 -> extension(16);
      case 0xdc -> container(false, unsigned(2));
      case 0xdd -> container(false, unsigned(4));
      case 0xde -> container(true, unsigned(2));
      case 0xdf -> container(true, unsigned(4));
      case 0xc1 -> throw refuse("a byte that begins no value");
      default -> whole((byte) head);
    };
  }

  /** Reads a string if the head begins one. */
  private boolean string(int head) {
    long length;
    if (head >= 0xa0 && head <= 0xbf) {
      length = head & 0x1f;
    } else if (head == 0xd9) {
      length = unsigned(1);
    } else if (head == 0xda) {
      length = unsigned(2);
    } else if (head == 0xdb) {
      length = unsigned(4);
    } else {
      return false;
    }
    take(length);
    kind = Kind.STRING;
    ascii = true;
    for (int i = from; i < to; i++) {
      if (in[i] < 0) {
        ascii = false;
        int bad = Utf8.firstBad(in, i, to);
        if (bad >= 0) {
          throw refuse("bytes that are not UTF-8", bad);
        }
        break;
      }
    }
    return true;
  }

  private Event binary(long length) {
    take(length);
    kind = Kind.BINARY;
    return Event.VALUE_STRING;
  }

  private Event extension(long length) {
    int type = next("the type of an extension");
    take(length);
    if (type != NUMBER_TYPE) {
      throw refuse("an extension type that is not known");
    }
    String problem = NumberText.problem(in, from, to, limits);
    if (!problem.isEmpty()) {
      throw refuse(problem);
    }
    kind = Kind.NUMBER_TEXT;
    return Event.VALUE_NUMBER;
  }

  private Event container(boolean object, long count) {
    long items = object ? count * 2 : count;
    if (items > end - at) {
      throw refuse("an object or array claims more items than there are bytes");
    }
    Event event = open(object);
    if (depth() > remaining.length) {
      remaining = Arrays.copyOf(remaining, remaining.length * 2);
    }
    remaining[depth() - 1] = items;
    return event;
  }

  private Event whole(long value) {
    whole = value;
    kind = Kind.WHOLE;
    return checked();
  }

  private Event unsignedLong(long bits) {
    whole = bits;
    kind = bits < 0 ? Kind.UNSIGNED : Kind.WHOLE;
    return checked();
  }

  private Event decimal(double value, Kind form) {
    if (!Double.isFinite(value)) {
      throw refuse("a number that is infinite or none at all");
    }
    decimal = value;
    kind = form;
    return checked();
  }

  private Event checked() {
    if (tight) {
      byte[] text = number().getBytes(StandardCharsets.ISO_8859_1);
      String problem = NumberText.limitProblem(text, 0, text.length, limits);
      if (!problem.isEmpty()) {
        throw refuse(problem);
      }
    }
    return Event.VALUE_NUMBER;
  }

  private int next(String expected) {
    if (at == end) {
      throw refuse("the document ends where " + expected + " was expected", end);
    }
    return in[at++] & 0xff;
  }

  private static int signed(long bits) {
    return (int) bits;
  }

  private long unsigned(int bytes) {
    return bits(bytes);
  }

  /** Reads up to eight bytes, the highest first. */
  private long bits(int bytes) {
    if (end - at < bytes) {
      throw refuse("the document ends within a value", end);
    }
    long bits = 0;
    for (int i = 0; i < bytes; i++) {
      bits = (bits << 8) | (in[at++] & 0xff);
    }
    return bits;
  }

  private void take(long length) {
    if (length > end - at) {
      throw refuse("a value claims more bytes than there are");
    }
    from = at;
    to = at + (int) length;
    at = to;
  }

  // what was read

  @Override
  int eventStart() {
    return start;
  }

  @Override
  Place place(int offset) {
    return Place.inBytes(offset);
  }

  @Override
  String text() {
    if (named) {
      return name;
    }
    if (kind == Kind.BINARY) {
      return Base64.getEncoder().encodeToString(binary());
    }
    return string();
  }

  private String string() {
    return new String(
        in, from, to - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  @Override
  String number() {
    return switch (kind) {
      case WHOLE -> Long.toString(whole);
      case UNSIGNED -> Long.toUnsignedString(whole);
      case FLOAT -> Float.toString((float) decimal);
      case DOUBLE -> Double.toString(decimal);
      case NUMBER_TEXT -> new String(in, from, to - from, StandardCharsets.ISO_8859_1);
      case STRING, BINARY -> throw new IllegalStateException("no number");
    };
  }

  @Override
  long wholeNumber() {
    return kind == Kind.WHOLE ? whole : wholeNumber(number());
  }

  @Override
  byte[] binary() {
    if (kind != Kind.BINARY) {
      throw refuse("a string is no binary value");
    }
    return Arrays.copyOfRange(in, from, to);
  }
}
