package io.undercroft.layer.tier;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What stands in the hot tier for an entry whose value lies in a colder one.
 *
 * @param tier where the value lies
 * @param copy the version that the copy has there
 * @param type the value's content type
 * @param bytes the value's size
 * @param digest the value's SHA-256, in hexadecimal
 */
record Stub(Tier tier, String copy, String type, long bytes, String digest) {
  private static final String PREFIX = "undercroft.tier.";
  private static final String TIER = PREFIX + "tier";
  private static final String COPY = PREFIX + "copy";
  private static final String TYPE = PREFIX + "type";
  private static final String BYTES = PREFIX + "bytes";
  private static final String DIGEST = PREFIX + "sha256";

  /** What the application knows of an entry that was moved. */
  private static final String VERSION = PREFIX + "version";

  private static final String UPDATED = PREFIX + "updated";
  private static final String CONTENT_TYPE = "application/x-undercroft-stub";

  Stub {
    Objects.requireNonNull(tier, "tier");
    Objects.requireNonNull(copy, "copy");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(digest, "digest");
  }

  /** Returns the stub that an entry of the hot tier is, if it is one. */
  static Optional<Stub> of(EntryMeta meta) {
    Map<String, String> texts = meta.metadata();
    if (!meta.contentType().equals(CONTENT_TYPE)) {
      return Optional.empty();
    }
    return Optional.of(
        new Stub(
            Tier.of(text(texts, TIER)),
            text(texts, COPY),
            text(texts, TYPE),
            Long.parseLong(text(texts, BYTES)),
            text(texts, DIGEST)));
  }

  private static String text(Map<String, String> texts, String name) {
    String text = texts.get(name);
    if (text == null) {
      throw StorageException.of(
          ErrorCode.CONSISTENCY_VIOLATION,
          "an entry says that its value is in a colder tier, but not '" + name + "'");
    }
    return text;
  }

  /** Returns what the application is to see of the meta of an entry in the hot tier. */
  static EntryMeta exposed(EntryMeta meta) {
    Map<String, String> texts = meta.metadata();
    String version = texts.get(VERSION);
    if (version == null) {
      return meta;
    }
    Map<String, String> own = new HashMap<>(texts);
    own.keySet().removeIf(name -> name.startsWith(PREFIX));
    String type = texts.get(TYPE);
    return new EntryMeta(
        version,
        meta.created(),
        Instant.parse(text(texts, UPDATED)),
        meta.expires(),
        type == null ? meta.contentType() : type,
        own);
  }

  /** Returns whether an entry of the hot tier was moved, there or back, since it was written. */
  static boolean isMoved(EntryMeta meta) {
    return meta.metadata().containsKey(VERSION);
  }

  /** Returns the entry of the hot tier that stands for the value from now on. */
  NewEntry entry(EntryMeta exposed) {
    Map<String, String> texts = moved(exposed);
    texts.put(TIER, tier.word());
    texts.put(COPY, copy);
    texts.put(TYPE, type);
    texts.put(BYTES, String.valueOf(bytes));
    texts.put(DIGEST, digest);
    return new NewEntry(
        tier.word().getBytes(StandardCharsets.US_ASCII), CONTENT_TYPE, exposed.expires(), texts);
  }

  /** Returns the entry of the hot tier when its value comes back. */
  static NewEntry back(byte[] value, EntryMeta exposed) {
    return new NewEntry(value, exposed.contentType(), exposed.expires(), moved(exposed));
  }

  private static Map<String, String> moved(EntryMeta exposed) {
    Map<String, String> texts = new HashMap<>(exposed.metadata());
    texts.put(VERSION, exposed.version());
    texts.put(UPDATED, exposed.updated().toString());
    return texts;
  }

  /**
   * Refuses an entry whose own metadata has our names.
   *
   * @throws StorageException INVALID_VALUE
   */
  static void requireForeign(NewEntry entry) {
    for (String name : entry.metadata().keySet()) {
      if (name.startsWith(PREFIX)) {
        throw StorageException.of(
            ErrorCode.INVALID_VALUE,
            "metadata "
                + StorageException.quote(name)
                + " belongs to the layer 'tier'; call it something else");
      }
    }
  }

  static String digest(byte[] value) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Returns whether a copy is the one that it stands for, untouched. */
  boolean isRight(StoredEntry found) {
    return found.meta().version().equals(copy) && digest(found.value()).equals(digest);
  }
}
