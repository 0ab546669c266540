package io.undercroft.plugin.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A script that runs in the server, in one step that nothing interrupts.
 *
 * <p><b>Threads:</b> immutable; its arrays are not changed by those who use them.
 */
final class Script {
  static final Script PUT = of("index.lua", "put.lua");
  static final Script WRITE = of("index.lua", "write.lua");
  static final Script FILL = of("index.lua", "fill.lua");
  static final Script DEFINE = of("define.lua");
  static final Script FIND = of("find.lua");
  static final Script COUNT = of("count.lua");
  static final Script PAGE = of("page.lua");
  static final Script SIZE = of("size.lua");
  static final Script BEGIN = of("begin.lua");

  static final List<Script> ALL = List.of(PUT, WRITE, FILL, DEFINE, FIND, COUNT, PAGE, SIZE, BEGIN);

  private final byte[] text;
  private final byte[] sha;

  private Script(byte[] text, byte[] sha) {
    this.text = text;
    this.sha = sha;
  }

  /** Reads a script of several files, one after the other. */
  private static Script of(String... files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String file : files) {
      try (InputStream in = Script.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new IllegalStateException("the script " + file + " is missing in the plugin's jar");
        }
        in.transferTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    byte[] text = out.toByteArray();
    try {
      byte[] sha = MessageDigest.getInstance("SHA-1").digest(text);
      return new Script(text, HexFormat.of().formatHex(sha).getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  byte[] text() {
    return text;
  }

  /** Returns the arguments of {@code EVALSHA}. */
  byte[][] call(List<byte[]> keys, List<byte[]> arguments) {
    byte[][] all = new byte[2 + keys.size() + arguments.size()][];
    all[0] = sha;
    all[1] = Names.bytes(Integer.toString(keys.size()));
    int at = 2;
    for (byte[] key : keys) {
      all[at++] = key;
    }
    for (byte[] argument : arguments) {
      all[at++] = argument;
    }
    return all;
  }
}
