package io.undercroft.layer.audit;

import io.undercroft.storage.tool.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a trail as it was read.
 *
 * @param bytes without the line break
 * @param body how many of them are sealed
 * @param hash what the seal says
 * @param record what it says
 */
@SuppressWarnings("ArrayRecordComponent") // for the moment between reading and checking
record Line(byte[] bytes, int body, String hash, AuditRecord record) {
  private static final int SEAL_LENGTH = Scribe.SEAL.length() + Head.HASH_LENGTH + 2;
  private static final int HEX = 16;
  private static final int UNICODE_DIGITS = 4;

  /** Reads a line, if it is one that a scribe could have written. */
  static Optional<Line> of(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int body = bytes.length - SEAL_LENGTH;
    int seal = text.length() - SEAL_LENGTH;
    if (seal < 0 || !text.startsWith(Scribe.SEAL, seal) || !text.endsWith("\"}")) {
      return Optional.empty();
    }
    try {
      Map<String, Object> members = new Reading(text).object();
      if (members.get("hash") instanceof String hash && hash.length() == Head.HASH_LENGTH) {
        return Optional.of(new Line(bytes, body, hash, record(members, text)));
      }
      return Optional.empty();
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Reads what a scribe has just written. */
  static Line sealed(Scribe.Sealed sealed) {
    return of(Arrays.copyOf(sealed.line(), sealed.line().length - 1))
        .orElseThrow(() -> new IllegalStateException("a scribe wrote what cannot be read"));
  }

  /** Returns whether the seal is the right one after this end of the chain. */
  boolean follows(Head before, MessageDigest digest) {
    return hash.equals(Scribe.hash(digest, before.hash(), bytes, body));
  }

  /** Returns the end of the chain after it. */
  Head head() {
    return new Head(record.sequence(), hash);
  }

  private static AuditRecord record(Map<String, Object> members, String text) {
    List<String> keys = new ArrayList<>();
    if (members.get("keys") instanceof List<?> list) {
      list.forEach(key -> keys.add(String.valueOf(key)));
    }
    return new AuditRecord(
        Long.parseLong(text(members, "seq")),
        Instant.parse(text(members, "time")),
        text(members, "event"),
        text(members, "op"),
        keys,
        text(members, "principal"),
        Optional.of(text(members, "tx")).filter(id -> !id.isEmpty()),
        Optional.of(text(members, "outcome")).filter(word -> !word.isEmpty()),
        text);
  }

  private static String text(Map<String, Object> members, String name) {
    Object value = members.get(name);
    return value instanceof String text ? text : "";
  }

  /** The small part of JSON that records are written in, and nothing else. */
  private static final class Reading {
    private final String text;
    private int at;

    Reading(String text) {
      this.text = text;
    }

    Map<String, Object> object() {
      Map<String, Object> members = new HashMap<>();
      expect('{');
      do {
        String name = string();
        expect(':');
        if (members.put(name, value()) != null) {
          throw new IllegalArgumentException("a name twice");
        }
      } while (goesOn('}'));
      if (at != text.length()) {
        throw new IllegalArgumentException("more than an object");
      }
      return members;
    }

    private Object value() {
      char c = text.charAt(at);
      if (c == '"') {
        return string();
      }
      if (c == '[') {
        at++;
        List<String> list = new ArrayList<>();
        do {
          list.add(string());
        } while (goesOn(']'));
        return list;
      }
      int start = at;
      while (Character.isDigit(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private boolean goesOn(char end) {
      char c = text.charAt(at++);
      if (c == end) {
        return false;
      }
      if (c != ',') {
        throw new IllegalArgumentException("neither end nor comma");
      }
      return true;
    }

    private void expect(char c) {
      if (text.charAt(at++) != c) {
        throw new IllegalArgumentException("no " + c);
      }
    }

    private String string() {
      expect('"');
      StringBuilder out = new StringBuilder();
      while (true) {
        char c = text.charAt(at++);
        if (c == '"') {
          return out.toString();
        }
        if (c != '\\') {
          out.append(c);
          continue;
        }
        char escaped = text.charAt(at++);
        if (escaped == 'u') {
          out.append((char) Integer.parseInt(text.substring(at, at + UNICODE_DIGITS), HEX));
          at += UNICODE_DIGITS;
        } else {
          out.append(escaped);
        }
      }
    }
  }
}
