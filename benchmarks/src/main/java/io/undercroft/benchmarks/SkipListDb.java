package io.undercroft.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/** Records in a sorted map, as they are: no JSON, no versions, no deadlines. */
final class SkipListDb extends RecordDb {
  private final ConcurrentNavigableMap<String, Map<String, String>> records;

  SkipListDb(ConcurrentNavigableMap<String, Map<String, String>> records) {
    this.records = records;
  }

  @Override
  @Nullable Map<String, String> find(String key) {
    return records.get(key);
  }

  @Override
  void put(String key, Map<String, String> fields) {
    records.put(key, Map.copyOf(fields));
  }

  @Override
  boolean change(String key, Map<String, String> fields) {
    return records.computeIfPresent(
            key,
            (same, now) -> {
              Map<String, String> changed = new HashMap<>(now);
              changed.putAll(fields);
              return Map.copyOf(changed);
            })
        != null;
  }

  @Override
  boolean remove(String key) {
    return records.remove(key) != null;
  }

  @Override
  List<Map<String, String>> from(String key, int count) {
    return records.tailMap(key).values().stream().limit(count).toList();
  }
}
