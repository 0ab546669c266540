package io.undercroft.layer.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes records as lines of JSON, each sealed by the hash of the one before and itself.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Scribe {
  /** What stands between a record and its hash. */
  static final String SEAL = ",\"hash\":\"";

  private static final HexFormat HEX = HexFormat.of();
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int DELETE = 0x7f;
  private static final int LAST_CONTROL = 0x9f;

  private final String storage;
  private final Clock clock;
  private final MessageDigest digest = sha256();
  private final StringBuilder text = new StringBuilder();

  Scribe(String storage, Clock clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /**
   * One sealed record.
   *
   * @param line its bytes, with the line break
   * @param head the chain's end if it is written
   */
  @SuppressWarnings("ArrayRecordComponent") // on its way from the scribe to the file
  record Sealed(byte[] line, Head head) {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Returns the hash of a record without its seal. */
  static String hash(MessageDigest digest, String before, byte[] line, int length) {
    digest.update(before.getBytes(StandardCharsets.US_ASCII));
    digest.update(line, 0, length);
    return HEX.formatHex(digest.digest());
  }

  /** Returns the record that follows on this end of the chain. */
  Sealed next(Head head, Draft draft) {
    long sequence = head.sequence() + 1;
    text.setLength(0);
    text.append("{\"seq\":").append(sequence);
    text.append(",\"time\":\"")
        .append(clock.instant().truncatedTo(ChronoUnit.MICROS))
        .append("\",\"event\":\"")
        .append(draft.event())
        .append('"');
    if (!draft.operation().isEmpty()) {
      text.append(",\"op\":\"").append(draft.operation()).append('"');
    }
    member("storage", storage);
    keys(draft);
    member("principal", draft.principal());
    draft.transaction().ifPresent(id -> member("tx", id));
    if (draft.of() > 0) {
      text.append(",\"of\":").append(draft.of());
    }
    if (!draft.outcome().isEmpty()) {
      member("outcome", draft.outcome());
    }
    if (draft.micros() >= 0) {
      text.append(",\"micros\":").append(draft.micros());
    }
    byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
    String hash = hash(digest, head.hash(), body, body.length);
    byte[] seal = (SEAL + hash + "\"}\n").getBytes(StandardCharsets.US_ASCII);
    byte[] line = Arrays.copyOf(body, body.length + seal.length);
    System.arraycopy(seal, 0, line, body.length, seal.length);
    return new Sealed(line, new Head(sequence, hash));
  }

  private void keys(Draft draft) {
    if (draft.keys().isEmpty()) {
      return;
    }
    text.append(",\"keys\":[");
    boolean first = true;
    for (String key : draft.keys()) {
      if (!first) {
        text.append(',');
      }
      first = false;
      quoted(key);
    }
    text.append(']');
  }

  private void member(String name, String value) {
    text.append(",\"").append(name).append("\":");
    quoted(value);
  }

  private void quoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (isPlain(value, i, c)) {
        text.append(c);
      } else {
        text.append("\\u").append(HEX.toHexDigits(c));
      }
    }
    text.append('"');
  }

  /** Not plain is what could break a line, deceive a terminal, or not be encoded. */
  private static boolean isPlain(String value, int at, char c) {
    if (c < DELETE) {
      return c >= FIRST_PRINTABLE;
    }
    if (c <= LAST_CONTROL) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
    int type = Character.getType(c);
    return type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
