package io.undercroft.layer.audit;

import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.AuditRecord;
import io.undercroft.storage.tool.AuditTrail;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A storage in memory with a trail in a folder. */
final class Audited implements AutoCloseable {
  static final String NAME = "rooms";

  private final Undercroft undercroft;

  Audited(Path folder, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("type", "memory");
    all.put("layers", "audit");
    all.put("audit.path", folder.resolve("audit.jsonl").toString());
    for (int i = 0; i < settings.length; i += 2) {
      if (settings[i + 1].isEmpty()) {
        all.remove(settings[i]);
      } else {
        all.put(settings[i], settings[i + 1]);
      }
    }
    undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .openOnUse()
            .storage(NAME, all)
            .storage("trail", Map.of("type", "memory"))
            .open();
  }

  Undercroft undercroft() {
    return undercroft;
  }

  Storage<String> rooms() {
    return undercroft.storage(NAME, String.class);
  }

  AuditTrail trail() {
    return undercroft.tool(NAME, AuditTrail.class);
  }

  /** Returns the records that are not about the trail itself. */
  List<AuditRecord> records() {
    try (Stream<AuditRecord> records = trail().records()) {
      return records.filter(record -> !record.operation().isEmpty()).toList();
    }
  }

  @Override
  public void close() {
    undercroft.close();
  }
}
