package io.undercroft.plugin.redis;

import io.undercroft.spi.Indexes;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An index of a storage in parts: one in each part, of what is there. None is unique, since two
 * parts would not notice that they have the same value.
 *
 * <p>A creation that is interrupted leaves it in some parts; it is being built then, until somebody
 * asks for the same index again.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class PartedIndexes implements Indexes {
  private final List<RedisIndexes> parts;

  PartedIndexes(List<RedisIndexes> parts) {
    this.parts = List.copyOf(parts);
  }

  @Override
  public void create(IndexDefinition index) {
    if (index.unique()) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the index '"
              + index.name()
              + "' is unique, but the storage lies in "
              + parts.size()
              + " parts, each with an index of its own, which do not know of each other's values;"
              + " leave unique out, or make the storage with parts=1");
    }
    parts.forEach(part -> part.create(index));
  }

  @Override
  public boolean drop(String name) {
    boolean dropped = false;
    for (RedisIndexes part : parts) {
      dropped |= part.drop(name);
    }
    return dropped;
  }

  @Override
  public List<IndexInfo> list() {
    Map<String, List<IndexInfo>> byName = new LinkedHashMap<>();
    for (RedisIndexes part : parts) {
      for (IndexInfo info : part.list()) {
        byName.computeIfAbsent(info.definition().name(), name -> new ArrayList<>()).add(info);
      }
    }
    return byName.values().stream().map(this::together).toList();
  }

  /** A query asks every part, so that the uses are those of the part that was used most. */
  private IndexInfo together(List<IndexInfo> all) {
    return new IndexInfo(
        all.get(0).definition(),
        all.size() < parts.size() || all.stream().anyMatch(IndexInfo::building),
        all.stream().mapToLong(IndexInfo::entries).sum(),
        all.stream().anyMatch(info -> info.bytes() < 0)
            ? -1
            : all.stream().mapToLong(IndexInfo::bytes).sum(),
        all.stream().mapToLong(IndexInfo::hits).max().orElse(0),
        all.stream().mapToLong(IndexInfo::misses).max().orElse(0));
  }
}
