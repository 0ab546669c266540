package io.undercroft.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of Undercroft.
 *
 * <p>Its message says what happened (with the offending key or setting quoted), where (storage,
 * plugin, configuration source) and what to do. It never holds a secret or the content of a value.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED_LENGTH = 80;

  private final ErrorCode code;
  private final @Nullable String storage;
  private final transient Map<String, String> details;

  private StorageException(
      ErrorCode code,
      @Nullable String storage,
      String message,
      Map<String, String> details,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.storage = storage;
    this.details = Map.copyOf(details);
  }

  /**
   * Returns an exception that is not yet tied to a storage; the runtime adds the storage's name.
   */
  public static StorageException of(ErrorCode code, String message) {
    return new StorageException(code, null, message, Map.of(), null);
  }

  /**
   * Returns an exception with its cause that is not yet tied to a storage; the runtime adds the
   * storage's name.
   */
  public static StorageException of(ErrorCode code, String message, Throwable cause) {
    return new StorageException(code, null, message, Map.of(), cause);
  }

  /**
   * Returns an INVALID_KEY that quotes the key, cut to a printable length, and says the rule it
   * breaks.
   */
  public static StorageException invalidKey(String key, String rule) {
    return of(ErrorCode.INVALID_KEY, "key " + quote(key) + " is not valid: " + rule);
  }

  /**
   * Returns a VERSION_CONFLICT for a key.
   *
   * @param key the contended key
   * @param expected what the caller asked for, in words: {@code "version 7"}, {@code "no entry"}
   * @param found what was there, in words
   */
  public static StorageException versionConflict(String key, String expected, String found) {
    return of(
            ErrorCode.VERSION_CONFLICT,
            "key "
                + quote(key)
                + ": expected "
                + expected
                + ", found "
                + found
                + "; read the entry again and decide anew")
        .with("key", key);
  }

  /**
   * Returns a copy tied to this storage; an exception that already names a storage is returned as
   * it is.
   */
  public StorageException in(String storageName) {
    if (storage != null) {
      return this;
    }
    return copy(storageName, details);
  }

  /**
   * Returns a copy with one more detail, such as {@code "key"} or {@code "limit"}; never a secret
   * or a value.
   */
  public StorageException with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(details);
    more.put(name, value);
    return copy(storage, more);
  }

  private StorageException copy(@Nullable String storageName, Map<String, String> newDetails) {
    StorageException copy =
        new StorageException(code, storageName, reason(), newDetails, getCause());
    copy.setStackTrace(getStackTrace());
    for (Throwable other : getSuppressed()) {
      copy.addSuppressed(other);
    }
    return copy;
  }

  /** Returns the code and the message, with the storage's name where it is known. */
  @Override
  public String getMessage() {
    String where = storage == null ? "" : "storage '" + storage + "': ";
    return code + ": " + where + super.getMessage();
  }

  /** Returns the message without code and storage: for a caller that prints those itself. */
  public String reason() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** Returns why the operation failed. */
  public ErrorCode code() {
    return code;
  }

  /** Returns the name of the storage, if the failure belongs to one. */
  public Optional<String> storage() {
    return Optional.ofNullable(storage);
  }

  /** Returns further facts by name; immutable, possibly empty. */
  public Map<String, String> details() {
    return details == null ? Map.of() : details;
  }

  /** Returns whether repeating the same call, unchanged, may succeed and can do no harm. */
  public boolean isRetryable() {
    return code.isRetryable();
  }

  /**
   * Returns text in single quotes for a message: cut after 80 characters, control characters and
   * lone surrogates as {@code \}{@code uXXXX}.
   */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), QUOTED_LENGTH) + 2).append('\'');
    int end = Math.min(text.length(), QUOTED_LENGTH);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        out.append(c).append(text.charAt(++i));
      } else if (Character.isSurrogate(c) || Character.isISOControl(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    if (text.length() > QUOTED_LENGTH) {
      out.append("…");
    }
    return out.append('\'').toString();
  }
}
