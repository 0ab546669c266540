package io.undercroft.example.chunks;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chunks. The runtime implements this interface on the storage {@code chunks}, whatever its
 * backend.
 *
 * <p>A chunk of an id that is there already takes its place, so that storing again what was stored,
 * after a crash or an answer that was lost, is harmless. What is written by the methods of this
 * interface is checked before; the storage's own methods take everything.
 */
@StorageName("chunks")
public interface ChunkStore extends IndexedStorage<Chunk> {
  /** Every episode's chunks by time, which is how they are asked for and how they are listed. */
  IndexDefinition BY_TIME =
      IndexDefinition.ordered(
          "by-time",
          Order.asc("showId"),
          Order.asc("season"),
          Order.asc("episode"),
          Order.asc("startTime"));

  /** Creates the index, unless it is there. */
  default void prepare() {
    createIndex(BY_TIME);
  }

  /**
   * Stores a chunk.
   *
   * @throws StorageException INVALID_VALUE, with everything that is wrong with it; nothing is
   *     written then
   */
  default void storeChunk(Chunk chunk) {
    List<String> problems = ChunkRules.problemsOf(chunk);
    if (!problems.isEmpty()) {
      throw StorageException.of(
              ErrorCode.INVALID_VALUE,
              "chunk "
                  + StorageException.quote(String.valueOf(chunk.id()))
                  + " is not valid: "
                  + String.join("; ", problems))
          .in(name());
    }
    set(chunk.id(), chunk);
  }

  /**
   * Stores those chunks that are valid, in one call of the backend. If that fails each is stored by
   * itself, so that one that cannot be kept does not keep out the others. Of two with the same id
   * the later one stays.
   *
   * @return what became of each, in the same order
   */
  default List<StoredChunk> storeChunks(List<Chunk> chunks) {
    List<StoredChunk> results = new ArrayList<>(chunks.size());
    Map<String, Chunk> valid = new LinkedHashMap<>();
    for (Chunk chunk : chunks) {
      List<String> problems = ChunkRules.problemsOf(chunk);
      results.add(new StoredChunk(chunk.id(), problems));
      if (problems.isEmpty()) {
        valid.put(chunk.id(), chunk);
      }
    }
    try {
      setMany(valid);
      return results;
    } catch (StorageException together) {
      Map<String, StoredChunk> alone = new LinkedHashMap<>();
      valid.forEach((id, chunk) -> alone.put(id, storeAlone(chunk)));
      return results.stream()
          .map(result -> result.isStored() ? alone.getOrDefault(result.id(), result) : result)
          .toList();
    }
  }

  private StoredChunk storeAlone(Chunk chunk) {
    try {
      set(chunk.id(), chunk);
      return new StoredChunk(chunk.id(), List.of());
    } catch (StorageException e) {
      return new StoredChunk(chunk.id(), List.of(e.getMessage()));
    }
  }

  /** Returns a chunk. */
  default Optional<Chunk> getChunk(String id) {
    return get(id);
  }

  /** Returns the chunks that are meant, by show, season, episode and time. */
  default List<Chunk> listChunks(ChunkFilter filter) {
    return findMany(filter.toQuery());
  }

  /** Returns whether there is a chunk of this id. */
  default boolean chunkExists(String id) {
    return has(id);
  }
}
