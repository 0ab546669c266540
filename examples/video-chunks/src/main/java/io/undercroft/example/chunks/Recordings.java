package io.undercroft.example.chunks;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/** What is recorded. Where the chunks are kept is the configuration's business. */
@Dependent
public class Recordings {
  private final ChunkStore chunks;

  /** Takes the store, and prepares it. */
  @Inject
  public Recordings(ChunkStore chunks) {
    this.chunks = chunks;
    chunks.prepare();
  }

  /** Returns the store. */
  ChunkStore chunks() {
    return chunks;
  }

  /**
   * Cuts an episode into chunks of one length, the last one possibly shorter, and stores them.
   * Cutting it again gives the same chunks.
   */
  List<StoredChunk> cut(String showId, int season, int episode, long length, long each) {
    List<Chunk> cut = new ArrayList<>();
    for (long start = 0; start < length; start += each) {
      cut.add(
          new Chunk(
              Chunk.idOf(showId, season, episode, start),
              showId,
              season,
              episode,
              start,
              Math.min(length, start + each),
              ""));
    }
    return chunks.storeChunks(cut);
  }
}
