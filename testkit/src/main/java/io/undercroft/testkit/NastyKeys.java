package io.undercroft.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Keys that have broken stores before: path traversal, names that operating systems reserve, texts
 * that look alike, wildcards, escapes, control characters, the greatest length.
 *
 * <p>Every list is the same in every call and every process.
 */
public final class NastyKeys {
  /** The most UTF-8 bytes in a key. */
  public static final int LONGEST = 1_024;

  private static final List<String> VALID = List.copyOf(collect());
  private static final Map<String, String> INVALID = broken();
  private static final List<String> PREFIXES = List.copyOf(starts());

  private NastyKeys() {}

  /** Returns several hundred different keys that every backend must take; immutable. */
  public static List<String> valid() {
    return VALID;
  }

  /**
   * Returns keys that must be refused with INVALID_KEY, each with what is wrong with it; immutable.
   */
  public static Map<String, String> invalid() {
    return INVALID;
  }

  /** Returns prefixes of {@link #valid()} keys that a careless listing gets wrong; immutable. */
  public static List<String> prefixes() {
    return PREFIXES;
  }

  private static Set<String> collect() {
    Set<String> keys = new LinkedHashSet<>();
    traversal(keys);
    reservedNames(keys);
    lookalikes(keys);
    wildcards(keys);
    escapes(keys);
    blanksAndControls(keys);
    words(keys);
    lengths(keys);
    return keys;
  }

  private static void traversal(Set<String> keys) {
    keys.addAll(
        List.of(
            ".",
            "..",
            "...",
            "../x",
            "..\\x",
            "../../etc/passwd",
            "a/../b",
            "a/./b",
            "a/..",
            "a/.",
            "./a",
            "/",
            "//",
            "///",
            "\\",
            "\\\\",
            "/a",
            "a/",
            "a//b",
            "a/b",
            "a\\b",
            "a/b/c",
            "/etc/passwd",
            "C:",
            "C:\\x",
            "C:/x",
            "c:x",
            "\\\\server\\share\\x",
            "\\\\?\\C:\\x",
            "\\\\.\\pipe\\x",
            "//server/share",
            "~",
            "~/x",
            "~root",
            "....//",
            "..;/",
            ".../...",
            "file:///x",
            "http://x/y?z#w",
            "%2e%2e%2fx",
            "%2e%2e/x",
            "..%2fx",
            "..%5cx",
            "%252e",
            "..%c0%afx",
            "\u2024\u2024/x",
            "a\u2215b",
            "a\u2044b",
            "a\uff0fb",
            "a\u29f8b"));
  }

  private static void reservedNames(Set<String> keys) {
    List<String> devices =
        new ArrayList<>(
            List.of("con", "prn", "aux", "nul", "conin$", "conout$", "clock$", "com\u00b9"));
    for (int i = 0; i <= 9; i++) {
      devices.add("com" + i);
      devices.add("lpt" + i);
    }
    for (String device : devices) {
      keys.add(device);
      keys.add(device.toUpperCase(Locale.ROOT));
      keys.add(device + ".json");
    }
    keys.addAll(
        List.of(
            "Con",
            "CON.",
            "con ",
            "con.tar.gz",
            "NUL.txt",
            "nul:",
            "aux/x",
            "x/aux",
            "$MFT",
            "$Extend",
            "desktop.ini",
            "Thumbs.db",
            ".DS_Store",
            "._x",
            ".Trash",
            "lost+found",
            ".git",
            ".lock",
            "lock",
            ".tmp",
            "a.tmp",
            "a.json",
            "a.json.json",
            ".json",
            "json",
            "a.meta",
            ".meta",
            "a.bak",
            "a~",
            "a.swp",
            "index",
            ".index",
            "manifest",
            "intent",
            ".undercroft",
            "undercroft.lock",
            "data",
            "meta",
            "value",
            "version",
            "key",
            "_id",
            "id",
            "rowid",
            "PROGRA~1",
            "a:b",
            "a:b:$DATA",
            "a::$INDEX_ALLOCATION",
            "-",
            "--",
            "-rf",
            "--help",
            "-c",
            "a.",
            "a..",
            "a. ",
            ".a",
            "..a",
            "a..b"));
  }

  private static void lookalikes(Set<String> keys) {
    keys.addAll(
        List.of(
            "room",
            "Room",
            "ROOM",
            "rOOM",
            "room ",
            "\u00c4",
            "A\u0308",
            "\u00e4",
            "a\u0308",
            "M\u00fcnchen",
            "Mu\u0308nchen",
            "M\u00dcNCHEN",
            "\u00e9",
            "e\u0301",
            "E\u0301",
            "\uac00",
            "\u1100\u1161",
            "\u00c5",
            "\u212b",
            "A\u030a",
            "K",
            "k",
            "\u212a",
            "\u03a9",
            "\u2126",
            "\ufb01",
            "fi",
            "s",
            "S",
            "\u017f",
            "\u00df",
            "ss",
            "SS",
            "\u1e9e",
            "stra\u00dfe",
            "strasse",
            "STRASSE",
            "\u03a3",
            "\u03c3",
            "\u03c2",
            "i",
            "I",
            "\u0131",
            "\u0130",
            "i\u0307",
            "\u1e9b\u0323",
            "\u1e69",
            "s\u0323\u0307",
            "s\u0307\u0323",
            "\uff21",
            "\uff41",
            "\u0410",
            "\u0430",
            "a\u200bb",
            "a\u200cb",
            "a\u200db",
            "a\u00adb",
            "a\u2060b",
            "ab",
            "\ufeffa",
            "\u202ea",
            "\u200fa",
            "a\ufe0f",
            "\u2460",
            "\u00b2",
            "x2",
            "x\u00b2",
            "\u0661",
            "\u0967",
            "\u4e00",
            "\uf900",
            "\u8c48",
            "\u5f62",
            "\ue000",
            "\uf8ff",
            "\ufffd",
            "\ufffe",
            "\uffff",
            "\ufdd0"));
    keys.addAll(
        List.of(
            "\ud83d\ude00", // an emoji
            "\ud83d\ude01",
            "\ud83d\udc69\u200d\ud83d\ude80", // two joined by a zero-width joiner
            "\ud83d\udc4d\ud83c\udffd", // with a skin tone
            "\ud83d\udc4d",
            "\ud83c\udde9\ud83c\uddea", // two regional indicators make a flag
            "\ud83c\udde9",
            "\u2764\ufe0f",
            "\u2764",
            "\ud834\udd1e", // outside the basic plane
            "\ud800\udc00", // the first code point that needs a pair
            "\udbff\udfff", // the last code point of all
            "\ud801\udc00", // a capital with its own small letter, both outside the basic plane
            "\ud801\udc28",
            "\ud87e\udc04", // normalizes to another character
            "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307"));
  }

  private static void wildcards(Set<String> keys) {
    keys.addAll(
        List.of(
            "*",
            "**",
            "?",
            "a*b",
            "a?b",
            "*a",
            "a*",
            "[",
            "]",
            "[a]",
            "[a-z]",
            "[!a]",
            "[^a]",
            "{",
            "}",
            "{}",
            "{a}",
            "{a,b}",
            "{a}b",
            "a{b}c",
            "{{a}}",
            "!",
            "!a",
            "!(a)",
            "+(a)",
            "a|b",
            "^",
            "^a",
            "a$",
            "$",
            "(",
            ")",
            "()",
            ".*",
            ".+",
            "\\d",
            "\\E",
            "\\Qa\\E",
            "a+",
            "_",
            "__",
            "a_b",
            "axb",
            "%",
            "%%",
            "a%b",
            "a%",
            "%a",
            "\\%",
            "\\_",
            "\\*",
            "'",
            "''",
            "a'b",
            "\"",
            "\"\"",
            "a\"b",
            "`",
            "' OR '1'='1",
            "'; DROP TABLE entries; --",
            "--a",
            "/*a*/",
            "#",
            "#a",
            "$1",
            "$a",
            "${a}",
            "$(a)",
            "#{a}",
            "@a",
            ":a",
            "?1",
            "?a=b",
            "&",
            "a&b",
            ";",
            "a;b",
            ",",
            "a,b",
            "<",
            ">",
            "a>b",
            "=",
            "a=b",
            "<a>",
            "&amp;",
            "<!--",
            "]]>"));
  }

  private static void escapes(Set<String> keys) {
    for (char mark : "%=_~$!@+^,#-&'`".toCharArray()) {
      for (String rest : List.of("", "41", "61", "2f", "2F", "00", "u0041", "x41", "zz", "4")) {
        keys.add(mark + rest);
      }
      keys.add("a" + mark);
      keys.add("" + mark + mark);
      keys.add("a" + mark + "2fb");
      keys.add("a" + mark + "c3" + mark + "a4");
    }
    keys.addAll(
        List.of(
            "A",
            "a",
            "%c3%84",
            "%C3%84",
            "%ff",
            "%u00c4",
            "\\u0041",
            "\\x41",
            "\\101",
            "\\0",
            "\\n",
            "\\\"",
            "&#65;",
            "=?utf-8?q?a?=",
            "YQ==",
            "xn--mnchen-3ya",
            "0x41",
            "a%00b",
            "+ +",
            "%20",
            "a%20b",
            "a+b",
            "a b",
            "\u00c3\u0084",
            "\u00c3\u00a4"));
  }

  private static void blanksAndControls(Set<String> keys) {
    for (char c = 1; c < 0xa1; c++) {
      if (c < 0x20 || c >= 0x7f) {
        keys.add(String.valueOf(c));
        keys.add("c" + c + "d");
      } else {
        keys.add(String.valueOf(c)); // every character of ASCII by itself
      }
    }
    keys.addAll(
        List.of(
            "  ",
            " a",
            "a ",
            "  a",
            "a  b",
            "\ta",
            "a\t",
            "a\nb",
            "a\rb",
            "a\r\nb",
            "\r\n",
            "\n\n",
            "a\n",
            "\u1680",
            "\u2003",
            "\u2028",
            "\u2029",
            "a\u2028b",
            "\u202f",
            "\u205f",
            "\u3000",
            "a\u3000b",
            "\u001b[31mred",
            "a\bb"));
  }

  private static void words(Set<String> keys) {
    keys.addAll(
        List.of(
            "null",
            "NULL",
            "nil",
            "undefined",
            "true",
            "false",
            "True",
            "NaN",
            "Infinity",
            "-Infinity",
            "0",
            "00",
            "-0",
            "+0",
            "0.0",
            "1",
            "01",
            "1.0",
            "1e0",
            "1e5",
            "10",
            "2",
            "-1",
            "9223372036854775807",
            "9223372036854775808",
            "1_000",
            "0b1",
            "[]",
            "[1]",
            "{\"a\":1}",
            "\"a\"",
            "[object Object]",
            "__proto__",
            "constructor",
            "prototype",
            "toString",
            "hasOwnProperty",
            "class",
            "this",
            "Aa",
            "BB",
            "AaAa",
            "AaBB",
            "BBAa",
            "BBBB",
            "aa",
            "aaa",
            "aaaa",
            "a.b",
            "a-b",
            "a-c",
            "movie-night",
            "a/b.c",
            "a.b.c",
            "a.b/c"));
  }

  private static void lengths(Set<String> keys) {
    for (int length : new int[] {63, 64, 127, 128, 200, 254, 255, 256, 257, 511, 512, 1_023}) {
      keys.add("x".repeat(length));
    }
    keys.add("x".repeat(LONGEST));
    keys.add("X".repeat(LONGEST));
    keys.add("x".repeat(LONGEST - 1) + "y"); // differ in the last character only
    keys.add("x".repeat(LONGEST - 1) + "Y");
    keys.add("y" + "x".repeat(LONGEST - 1)); // and in the first
    keys.add("x".repeat(254) + "y");
    keys.add("x".repeat(254) + "Y");
    keys.add("\u00e4".repeat(LONGEST / 2)); // two bytes each
    keys.add("a\u0308".repeat(LONGEST / 3)); // the same in the other form
    keys.add("\u20ac".repeat(LONGEST / 3) + "e"); // three bytes each
    keys.add("\ud83d\ude00".repeat(LONGEST / 4)); // four bytes each
    keys.add("%".repeat(LONGEST));
    keys.add("/".repeat(LONGEST));
    keys.add(".".repeat(LONGEST));
    keys.add(" ".repeat(LONGEST));
    keys.add("*".repeat(LONGEST));
    keys.add("'".repeat(LONGEST));
    keys.add("\\".repeat(LONGEST));
    keys.add("\u0001".repeat(LONGEST));
    keys.add("../".repeat(LONGEST / 3));
    keys.add("a/".repeat(LONGEST / 2));
    keys.add("A".repeat(LONGEST - 5) + ".json");
  }

  private static Map<String, String> broken() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("", "empty");
    keys.put("\0", "U+0000");
    keys.put("a\0", "U+0000 at the end");
    keys.put("\0a", "U+0000 at the start");
    keys.put("a\0b", "U+0000 in the middle");
    keys.put("x".repeat(LONGEST + 1), "1,025 bytes");
    keys.put("x".repeat(LONGEST - 1) + "\u00e4", "1,025 bytes in 1,024 characters");
    keys.put("\u20ac".repeat(LONGEST / 3) + "\u00e4", "1,025 bytes in 342 characters");
    keys.put("\ud83d\ude00".repeat(LONGEST / 4) + "x", "1,025 bytes in 257 code points");
    keys.put("\u00e4".repeat(LONGEST), "1,024 characters of two bytes");
    keys.put("x".repeat(1 << 20), "1 MiB");
    keys.put("\ud800", "a high surrogate by itself");
    keys.put("\udc00", "a low surrogate by itself");
    keys.put("a\ud83d", "half an emoji at the end");
    keys.put("\ude00a", "half an emoji at the start");
    keys.put("a\ud83db", "half an emoji in the middle");
    keys.put("\ude00\ud83d", "the halves of an emoji the wrong way round");
    keys.put("\ud83d\ud83d\ude00", "a high surrogate before a pair");
    keys.put("\ud83d\ude00\ude00", "a low surrogate after a pair");
    return Map.copyOf(keys);
  }

  private static Set<String> starts() {
    Set<String> starts = new LinkedHashSet<>();
    starts.add("");
    for (String key : VALID) {
      if (key.codePointCount(0, key.length()) <= 2) {
        starts.add(key);
      }
    }
    starts.addAll(
        List.of(
            "../",
            "..\\",
            "a/.",
            "con",
            "CON",
            "com",
            "roo",
            "Roo",
            "M\u00fc",
            "Mu",
            "Mu\u0308",
            "[a-",
            "{a",
            "a%",
            "a_",
            "%2",
            "%2e%2e",
            "a\\",
            "c\u0001",
            "stra",
            "x".repeat(200),
            "x".repeat(255),
            "x".repeat(256),
            "x".repeat(LONGEST - 1),
            "x".repeat(LONGEST),
            "nothing starts with this",
            "\ud83d\udc69\u200d",
            "a\u0300\u0301"));
    return starts;
  }
}
