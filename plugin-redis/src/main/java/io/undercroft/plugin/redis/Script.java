package io.undercroft.plugin.redis;

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
  static final Script PUT = of("put.lua");
  static final Script WRITE = of("write.lua");
  static final Script PAGE = of("page.lua");
  static final Script SIZE = of("size.lua");
  static final Script BEGIN = of("begin.lua");

  static final List<Script> ALL = List.of(PUT, WRITE, PAGE, SIZE, BEGIN);

  private final byte[] text;
  private final byte[] sha;

  private Script(byte[] text, byte[] sha) {
    this.text = text;
    this.sha = sha;
  }

  private static Script of(String file) {
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the script " + file + " is missing in the plugin's jar");
      }
      byte[] text = in.readAllBytes();
      byte[] sha = MessageDigest.getInstance("SHA-1").digest(text);
      return new Script(text, HexFormat.of().formatHex(sha).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
