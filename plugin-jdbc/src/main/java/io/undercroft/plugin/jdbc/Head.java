package io.undercroft.plugin.jdbc;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is there under a key, without its value. */
record Head(String version, long revision, long createdMicros, @Nullable Long expiresMillis) {
  boolean isLive(long nowMillis) {
    return expiresMillis == null || expiresMillis > nowMillis;
  }

  /** Returns the version of the live entry, if there is one. */
  static Optional<String> version(@Nullable Head head, long nowMillis) {
    return head != null && head.isLive(nowMillis) ? Optional.of(head.version()) : Optional.empty();
  }
}
