package io.undercroft.layer.audit;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.tool.AuditRecord;
import io.undercroft.storage.tool.AuditTrail;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A trail in another storage, read. */
final class StorageRecords implements AuditTrail {
  private static final int PAGE = 1_000;

  private final String storage;
  private final Supplier<Facets> facets;
  private final Optional<Anchor> anchor;

  StorageRecords(String storage, Supplier<Facets> facets, Optional<Anchor> anchor) {
    this.storage = storage;
    this.facets = facets;
    this.anchor = anchor;
  }

  static String key(String storage, long sequence) {
    return String.format(Locale.ROOT, "%s/%019d", storage, sequence);
  }

  private KeyValue keyValue() {
    return facets.get().require(KeyValue.class);
  }

  /** Returns the numbers that there are, in order. */
  private long[] numbers() {
    LongStream.Builder numbers = LongStream.builder();
    String prefix = storage + "/";
    try (Cursor<String> keys = keyValue().keys(prefix, PAGE)) {
      for (List<String> page = keys.next(); !page.isEmpty(); page = keys.next()) {
        for (String key : page) {
          String number = key.substring(prefix.length());
          if (number.matches("[0-9]{19}")) {
            numbers.add(Long.parseLong(number));
          }
        }
      }
    }
    long[] sorted = numbers.build().toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * Returns the chain's end.
   *
   * @throws io.undercroft.storage.StorageException CONSISTENCY_VIOLATION if it is damaged there
   */
  Head end() {
    long[] numbers = numbers();
    Optional<Anchor.Mark> mark = mark();
    if (mark.isPresent()) {
      Verdict verdict = verify();
      verdict
          .bad()
          .ifPresent(
              bad -> {
                throw TrailFailures.damaged(bad.place(), bad.reason());
              });
    }
    if (numbers.length == 0) {
      return Head.NONE;
    }
    long last = numbers[numbers.length - 1];
    return bytes(last)
        .flatMap(Line::of)
        .filter(line -> line.record().sequence() == last)
        .map(Line::head)
        .orElseThrow(
            () -> TrailFailures.damaged("key " + key(storage, last), "it is not a record"));
  }

  private Optional<Anchor.Mark> mark() {
    if (anchor.isEmpty()) {
      return Optional.empty();
    }
    try {
      return anchor.get().read();
    } catch (IOException e) {
      throw TrailFailures.reading(anchor.get().file(), e);
    }
  }

  private Optional<byte[]> bytes(long number) {
    return keyValue().get(key(storage, number)).map(StoredEntry::value).map(StorageRecords::line);
  }

  private static byte[] line(byte[] stored) {
    int length = stored.length;
    return length > 0 && stored[length - 1] == '\n' ? Arrays.copyOf(stored, length - 1) : stored;
  }

  @Override
  public Stream<AuditRecord> records() {
    return LongStream.of(numbers())
        .mapToObj(this::bytes)
        .flatMap(Optional::stream)
        .map(Line::of)
        .flatMap(Optional::stream)
        .map(Line::record);
  }

  @Override
  public Verdict verify() {
    Inspection inspection = new Inspection(mark(), anchor.map(a -> a.file().toString()).orElse(""));
    String place = "the end";
    for (long number : numbers()) {
      place = "key " + key(storage, number);
      Optional<byte[]> bytes = bytes(number);
      if (bytes.isPresent() && !inspection.look(place, bytes.get())) {
        break;
      }
    }
    return inspection.end(place);
  }
}
