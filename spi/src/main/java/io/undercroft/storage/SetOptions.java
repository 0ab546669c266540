package io.undercroft.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to write one entry: under which condition, until when, with which metadata.
 *
 * <p>Starts with a static method and goes on with the {@code and…} methods: {@code
 * SetOptions.ifAbsent().andExpiresIn(Duration.ofDays(7))}. A write replaces the whole entry: a
 * deadline or metadata that is not given here is gone afterwards.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class SetOptions {
  private static final SetOptions NONE = new SetOptions(false, null, null, null, Map.of());

  private final boolean ifAbsent;
  private final @Nullable String ifVersion;
  private final @Nullable Instant expiresAt;
  private final @Nullable Duration expiresIn;
  private final Map<String, String> metadata;

  private SetOptions(
      boolean ifAbsent,
      @Nullable String ifVersion,
      @Nullable Instant expiresAt,
      @Nullable Duration expiresIn,
      Map<String, String> metadata) {
    this.ifAbsent = ifAbsent;
    this.ifVersion = ifVersion;
    this.expiresAt = expiresAt;
    this.expiresIn = expiresIn;
    this.metadata = metadata;
  }

  /** Writes in any case, without a deadline and without metadata. */
  public static SetOptions none() {
    return NONE;
  }

  /** Writes only if there is no live entry; otherwise VERSION_CONFLICT. */
  public static SetOptions ifAbsent() {
    return NONE.andIfAbsent();
  }

  /** Writes only if the entry has this version; otherwise VERSION_CONFLICT. */
  public static SetOptions ifVersion(String version) {
    return NONE.andIfVersion(version);
  }

  /** Lets the entry expire at this moment; one that has passed already is INVALID_VALUE. */
  public static SetOptions expiresAt(Instant deadline) {
    return NONE.andExpiresAt(deadline);
  }

  /** Lets the entry expire this long after the write, by the storage's clock; must be positive. */
  public static SetOptions expiresIn(Duration life) {
    return NONE.andExpiresIn(life);
  }

  /** Puts one metadata text beside the value. */
  public static SetOptions metadata(String name, String text) {
    return NONE.andMetadata(name, text);
  }

  /** As {@link #ifAbsent()}, in addition. */
  public SetOptions andIfAbsent() {
    if (ifVersion != null) {
      throw new IllegalStateException("ifAbsent contradicts ifVersion('" + ifVersion + "')");
    }
    return new SetOptions(true, null, expiresAt, expiresIn, metadata);
  }

  /** As {@link #ifVersion(String)}, in addition. */
  public SetOptions andIfVersion(String version) {
    Objects.requireNonNull(version, "version");
    if (ifAbsent) {
      throw new IllegalStateException("ifVersion('" + version + "') contradicts ifAbsent");
    }
    return new SetOptions(false, version, expiresAt, expiresIn, metadata);
  }

  /** As {@link #expiresAt(Instant)}, in addition. */
  public SetOptions andExpiresAt(Instant deadline) {
    Objects.requireNonNull(deadline, "deadline");
    return new SetOptions(ifAbsent, ifVersion, deadline, null, metadata);
  }

  /** As {@link #expiresIn(Duration)}, in addition. */
  public SetOptions andExpiresIn(Duration life) {
    if (life.isNegative() || life.isZero()) {
      throw new IllegalArgumentException("expiresIn must be positive, got " + life);
    }
    return new SetOptions(ifAbsent, ifVersion, null, life, metadata);
  }

  /** As {@link #metadata(String, String)}, in addition; a name given twice keeps the last text. */
  public SetOptions andMetadata(String name, String text) {
    return andMetadata(Map.of(name, text));
  }

  /** Adds several metadata texts. */
  public SetOptions andMetadata(Map<String, String> texts) {
    Map<String, String> all = new HashMap<>(metadata);
    all.putAll(texts);
    return new SetOptions(ifAbsent, ifVersion, expiresAt, expiresIn, Map.copyOf(all));
  }

  /** Returns whether the entry must not exist. */
  public boolean onlyIfAbsent() {
    return ifAbsent;
  }

  /** Returns the version that the entry must have, if one is asked for. */
  public Optional<String> expectedVersion() {
    return Optional.ofNullable(ifVersion);
  }

  /** Returns the deadline that results for a write at this moment, if there is one. */
  public Optional<Instant> deadline(Instant now) {
    if (expiresIn != null) {
      return Optional.of(now.plus(expiresIn));
    }
    return Optional.ofNullable(expiresAt);
  }

  /** Returns the metadata; immutable. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("SetOptions[");
    String gap = "";
    if (ifAbsent) {
      out.append("ifAbsent");
      gap = ", ";
    }
    if (ifVersion != null) {
      out.append("ifVersion=").append(ifVersion);
      gap = ", ";
    }
    if (expiresAt != null) {
      out.append(gap).append("expiresAt=").append(expiresAt);
      gap = ", ";
    }
    if (expiresIn != null) {
      out.append(gap).append("expiresIn=").append(expiresIn);
      gap = ", ";
    }
    if (!metadata.isEmpty()) {
      out.append(gap).append("metadata=").append(metadata.keySet());
    }
    return out.append(']').toString();
  }
}
