package io.undercroft.runtime.codec;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stored bytes as events of JSON, in whatever form of the JSON model and compression they were
 * written, without a type: what a query looks at.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class StoredDocuments {
  private static final String DOCUMENT = "a document";
  private static final byte[] NOTHING = {};
  private static final int NAMES = 256;
  private static final int FIRST_GUESS = 256;

  /** Content types are few; one that comes later than these is looked up each time. */
  private static final int MOST_FORMS = 64;

  private final CodecLimits limits;
  private final NameCache names = new NameCache(NAMES);
  private final Map<String, Form> forms = new ConcurrentHashMap<>();

  private record Form(Format format, Packing packing) {}

  /** Reads and writes within these limits. */
  public StoredDocuments(CodecLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /**
   * Reads one document, as far as the function goes; what it leaves is not looked at.
   *
   * @param contentType as the entry was written with
   * @throws StorageException SERIALIZATION_FAILED, which says the place and never content, if the
   *     bytes up to there are not the beginning of one document within the limits; UNSUPPORTED for
   *     a content type that is not in the JSON model
   */
  public <R> R read(byte[] value, String contentType, Function<JsonParser, R> reading) {
    return read(value, contentType, reading, false);
  }

  /** As {@link #read}, but what the function leaves is checked after it, to the last byte. */
  public <R> R readWhole(byte[] value, String contentType, Function<JsonParser, R> reading) {
    return read(value, contentType, reading, true);
  }

  /** Returns what reads one document after the other with the same parser. */
  public Row row() {
    return new Row(Optional.empty());
  }

  /**
   * As {@link #row()}, but of a document that is an object the parser shows only the members with
   * these names. What stands before them and between them is checked nevertheless.
   */
  public Row row(Set<String> members) {
    return new Row(Optional.of(new Shown(members)));
  }

  /**
   * Documents that are read one after the other; most have the form of the one before.
   *
   * <p><b>Threads:</b> for one at a time.
   */
  public final class Row {
    private String last = "";
    private @Nullable Form form;
    private @Nullable DocumentParser parser;
    private final Optional<Shown> shown;

    private Row(Optional<Shown> shown) {
      this.shown = shown;
    }

    /** As {@link StoredDocuments#read}; the function reads no other document of this row. */
    public <R> R read(byte[] value, String contentType, Function<JsonParser, R> reading) {
      Form known = form;
      DocumentParser from = parser;
      if (known == null || from == null || !last.equals(contentType)) {
        known = formOf(contentType);
        from = known.format().parser(NOTHING, limits, names);
        shown.ifPresent(from::show);
        last = contentType;
        form = known;
        parser = from;
      }
      from.restart(unpacked(known, value, contentType));
      return StoredDocuments.read(from, contentType, reading, false);
    }
  }

  private <R> R read(
      byte[] value, String contentType, Function<JsonParser, R> reading, boolean whole) {
    Form form = formOf(contentType);
    byte[] document = unpacked(form, value, contentType);
    return read(form.format().parser(document, limits, names), contentType, reading, whole);
  }

  private Form formOf(String contentType) {
    Form form = forms.get(contentType);
    if (form == null) {
      form = form(contentType);
      if (forms.size() < MOST_FORMS) {
        forms.put(contentType, form);
      }
    }
    return form;
  }

  private byte[] unpacked(Form form, byte[] value, String contentType) {
    return form.packing().unpack(value, limits.bytes(), DOCUMENT, contentType);
  }

  private static <R> R read(
      DocumentParser from, String contentType, Function<JsonParser, R> reading, boolean whole) {
    try {
      R read = reading.apply(from);
      if (whole) {
        from.finish();
      }
      return read;
    } catch (Refusal e) {
      throw Failures.reading(DOCUMENT, contentType, from, e);
    }
  }

  private static Form form(String contentType) {
    ContentType type = ContentType.of(contentType);
    Optional<Format> format =
        Arrays.stream(Format.values())
            .filter(known -> known.mediaType().equals(type.base()))
            .findFirst();
    if (format.isEmpty()) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "values written as "
              + StorageException.quote(contentType)
              + " cannot be read as documents; those written as "
              + Arrays.stream(Format.values())
                  .map(Format::mediaType)
                  .collect(Collectors.joining(" and "))
              + " can");
    }
    return new Form(format.get(), Packing.of(type.compression(), ErrorCode.SERIALIZATION_FAILED));
  }

  /**
   * Returns the one document that is written, as plain JSON.
   *
   * @throws StorageException SERIALIZATION_FAILED for more than the limits
   */
  public byte[] write(Consumer<JsonGenerator> writing) {
    DocumentGenerator to = Format.JSON.generator(limits, FIRST_GUESS);
    try {
      writing.accept(to);
      return to.finish();
    } catch (Unwritable e) {
      throw Failures.printing(e);
    }
  }
}
