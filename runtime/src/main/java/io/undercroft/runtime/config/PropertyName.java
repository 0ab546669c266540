package io.undercroft.runtime.config;

import io.undercroft.storage.StorageName;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A property's name, taken apart.
 *
 * @param storage the storage that it belongs to
 * @param option what follows; empty if nothing does
 */
record PropertyName(String storage, String option) {
  private static final Pattern STORAGE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}");
  private static final Pattern VARIABLE = Pattern.compile("(?i)STORAGES?_.+");
  private static final String ONE = "storage";
  private static final String MANY = "storages";

  /** Returns the parts of a plainly written name. */
  static Optional<PropertyName> parse(String name) {
    if (name.equals(ONE) || name.startsWith(ONE + ".")) {
      return Optional.of(new PropertyName(StorageName.DEFAULT, after(name, ONE.length())));
    }
    if (!name.startsWith(MANY + ".")) {
      return name.equals(MANY) ? Optional.of(new PropertyName("", "")) : Optional.empty();
    }
    String rest = after(name, MANY.length());
    int quote = rest.startsWith("\"") ? rest.indexOf('"', 1) : -1;
    int end = quote > 0 ? quote + 1 : rest.indexOf('.');
    if (end < 0) {
      end = rest.length();
    }
    return Optional.of(
        new PropertyName(rest.substring(0, end).replace("\"", ""), after(rest, end)));
  }

  private static String after(String name, int position) {
    return position < name.length() ? name.substring(position + 1) : "";
  }

  /**
   * Returns a name without the quotes that YAML puts around {@code "cache.max-entries"}; they stay
   * only about a storage's name with a dot in it, which would read as two.
   */
  static String plain(String raw) {
    if (raw.indexOf('"') < 0) {
      return raw;
    }
    String start = MANY + ".\"";
    int end = raw.startsWith(start) ? raw.indexOf('"', start.length()) : -1;
    if (end > 0 && raw.substring(start.length(), end).indexOf('.') >= 0) {
      return raw.substring(0, end + 1) + raw.substring(end + 1).replace("\"", "");
    }
    return raw.replace("\"", "");
  }

  /** Returns the beginning of the names of a storage's settings. */
  static String prefix(String storage) {
    if (storage.equals(StorageName.DEFAULT)) {
      return ONE + ".";
    }
    // in quotes a dot is a part of the name, and is reported as such
    return MANY + "." + (storage.indexOf('.') < 0 ? storage : '"' + storage + '"') + ".";
  }

  /** Returns whether a storage may have this name. */
  static boolean isStorageName(String name) {
    return STORAGE.matcher(name).matches();
  }

  /** Returns whether an environment variable of this name may be meant for us. */
  static boolean isVariable(String name) {
    return VARIABLE.matcher(name).matches();
  }

  /** Returns the environment variable of a property. */
  static String variable(String property) {
    return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
