package io.undercroft.plugin.redis;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.ChangeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One change as the log holds it.
 *
 * @param position where it is
 * @param type SET, DELETE, EXPIRE; {@code null} for the mark at the beginning of a log
 * @param key the key
 * @param time when it was written, by the clock of who wrote it
 * @param entry what a SET wrote, if its value was not too large to be logged
 */
record LoggedChange(
    Position position,
    @Nullable ChangeType type,
    String key,
    Instant time,
    Optional<StoredEntry> entry) {

  /** Reads an entry of a stream: its id and its fields. */
  static LoggedChange of(Object entry) {
    if (entry instanceof List<?> parts
        && parts.size() == 2
        && parts.get(0) instanceof byte[] id
        && parts.get(1) instanceof List<?> fields) {
      return read(Names.text(id), fields);
    }
    throw Server.strange(entry);
  }

  private static LoggedChange read(String id, List<?> fields) {
    String type = "";
    String key = "";
    String change = "";
    long time = 0;
    byte[] line = null;
    byte[] value = null;
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      byte[] content = (byte[]) fields.get(i + 1);
      switch (Names.text((byte[]) fields.get(i))) {
        case "type" -> type = Names.text(content);
        case "key" -> key = Names.text(content);
        case "id" -> change = Names.text(content);
        case "time" -> time = Long.parseLong(Names.text(content));
        case "entry" -> line = content;
        case "value" -> value = content;
        default -> {} // of a later version
      }
    }
    if (line == null) {
      return new LoggedChange(
          Position.of(id + "/" + change),
          known(type),
          key,
          Instant.ofEpochMilli(time),
          Optional.empty());
    }
    EntryMeta meta = EntryLine.meta(line); // what was written says itself which change it is
    return new LoggedChange(
        Position.of(id + "/" + meta.version()),
        known(type),
        key,
        meta.updated(),
        Optional.ofNullable(value).map(bytes -> new StoredEntry(bytes, meta)));
  }

  private static @Nullable ChangeType known(String type) {
    return switch (type) {
      case "SET" -> ChangeType.SET;
      case "DELETE" -> ChangeType.DELETE;
      case "EXPIRE" -> ChangeType.EXPIRE;
      default -> null;
    };
  }

  /** Returns whether the entry after it has to be looked up. */
  boolean lacksValue() {
    return type == ChangeType.SET && entry.isEmpty();
  }

  /** Returns it as it is told. */
  StoredChange told(ChangeType what, Optional<StoredEntry> after) {
    return new StoredChange(
        what, key, Optional.empty(), after, time, Optional.of(position.toString()));
  }
}
