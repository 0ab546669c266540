package io.undercroft.plugin.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/** Names of tables made from names of storages. */
final class Names {
  private static final int LONGEST = 40;

  private Names() {}

  /**
   * Returns the table of a storage: its name in small letters, with {@code _} for {@code -}. A name
   * that is long carries a number in the place of its end. Names that only differ in what is lost
   * here are told apart when the table is opened, by the storage that stands in the registry.
   */
  static String table(String storage) {
    String name = storage.toLowerCase(Locale.ROOT).replace('-', '_');
    if (name.length() <= LONGEST && !name.startsWith("undercroft_")) {
      return name;
    }
    CRC32 sum = new CRC32();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    return "s_"
        + name.substring(0, Math.min(name.length(), LONGEST - 11))
        + "_"
        + Long.toHexString(sum.getValue());
  }
}
