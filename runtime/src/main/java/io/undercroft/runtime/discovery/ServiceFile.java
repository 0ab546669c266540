package io.undercroft.runtime.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of {@code META-INF/services}: names of classes, one a line, {@code #} starts a comment.
 */
final class ServiceFile {
  private static final int MOST_BYTES = 1 << 20;

  private ServiceFile() {}

  static String path(Class<?> service) {
    return "META-INF/services/" + service.getName();
  }

  /** Returns the names. */
  static List<String> names(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new IOException("a service file is not larger than " + MOST_BYTES + " bytes");
    }
    List<String> names = new ArrayList<>();
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\\R", -1)) {
      int comment = line.indexOf('#');
      String name = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!name.isEmpty() && !names.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
