package io.undercroft.example.chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.Explanation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store does the same on every backend. */
final class ChunkStoreTest {
  private static final AtomicInteger TABLES = new AtomicInteger();

  @TempDir Path temporary;

  private final List<Undercroft> opened = new ArrayList<>();

  enum Place {
    MEMORY,
    FOLDER,
    DOCUMENT,
    SQLITE,
    POSTGRESQL;

    /** Returns whether the engine keeps the index, and not the runtime. */
    boolean isTable() {
      return this == SQLITE || this == POSTGRESQL;
    }
  }

  private static @Nullable EmbeddedPostgres postgres;

  @AfterAll
  static void stop() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  private static int port() {
    try {
      if (postgres == null) {
        postgres =
            EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("listen_addresses", "127.0.0.1")
                .start();
      }
      return postgres.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ChunkStore store(Place place) {
    Map<String, String> settings =
        switch (place) {
          case MEMORY -> Map.of("type", "memory");
          case FOLDER -> Map.of("type", "file", "path", temporary.resolve("chunks").toString());
          case DOCUMENT ->
              Map.of("type", "file", "path", temporary.resolve("chunks.json").toString());
          case SQLITE ->
              Map.of("type", "sqlite", "database", temporary.resolve("chunks.db").toString());
          case POSTGRESQL ->
              Map.of(
                  "type",
                  "jdbc",
                  "url",
                  "jdbc:postgresql://127.0.0.1:" + port() + "/postgres",
                  "user",
                  "postgres",
                  "table",
                  "chunks_" + TABLES.incrementAndGet());
        };
    Undercroft.Builder builder = Undercroft.builder().withoutAmbientConfig();
    settings.forEach((name, value) -> builder.set("storages.chunks." + name, value));
    Undercroft undercroft = builder.open();
    opened.add(undercroft);
    return undercroft.typed(ChunkStore.class);
  }

  @AfterEach
  void close() {
    opened.forEach(Undercroft::close);
  }

  private static Chunk chunk(String showId, int season, int episode, long start, long end) {
    return new Chunk(
        Chunk.idOf(showId, season, episode, start), showId, season, episode, start, end, "words");
  }

  private static List<String> ids(ChunkStore store, ChunkFilter filter) {
    return store.listChunks(filter).stream().map(Chunk::id).toList();
  }

  @ParameterizedTest
  @EnumSource
  void aStoredChunkIsThere(Place place) {
    ChunkStore store = store(place);
    Chunk chunk = chunk("office", 2, 5, 0, 10_000);
    store.storeChunk(chunk);
    assertThat(store.getChunk("office-s02e05-0")).contains(chunk);
    assertThat(store.chunkExists("office-s02e05-0")).isTrue();
    assertThat(store.getChunk("office-s02e05-1")).isEmpty();
    assertThat(store.chunkExists("office-s02e05-1")).isFalse();
    assertThat(store.listChunks(ChunkFilter.all())).containsExactly(chunk);
  }

  @ParameterizedTest
  @EnumSource
  void theChunksOfAnEpisodeAreFoundByTheIndex(Place place) {
    ChunkStore store = store(place);
    store.prepare();
    store.prepare();
    List<Chunk> cut = new ArrayList<>();
    for (int episode = 1; episode <= 20; episode++) {
      for (long start = 0; start < 100; start += 10) {
        cut.add(chunk("office", 2, episode, start, start + 10));
      }
    }
    store.storeChunks(cut);
    ChunkFilter some = ChunkFilter.all().ofShow("office").ofSeason(2).ofEpisode(5).until(25);
    assertThat(ids(store, some))
        .containsExactly("office-s02e05-0", "office-s02e05-10", "office-s02e05-20");
    Explanation explanation = store.explain(some.toQuery());
    assertThat(explanation.indexes()).containsExactly("by-time");
    if (!place.isTable()) {
      assertThat(explanation.examined()).hasValue(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void storingAgainPutsTheNewInThePlaceOfTheOld(Place place) {
    ChunkStore store = store(place);
    Chunk first = new Chunk("a", "office", 1, 1, 0, 10, "first");
    store.storeChunk(first);
    Entry<Chunk> before = store.entry("a").orElseThrow();
    store.storeChunk(first);
    Chunk second = new Chunk("a", "office", 1, 1, 0, 20, "second");
    assertThat(store.storeChunks(List.of(first, second))).allMatch(StoredChunk::isStored);
    assertThat(store.getChunk("a")).contains(second);
    assertThat(store.size()).isEqualTo(1);
    assertThat(store.entry("a").orElseThrow().createdAt()).isEqualTo(before.createdAt());
  }

  @ParameterizedTest
  @EnumSource
  void aRangeOfTimeFindsWhatItOverlaps(Place place) {
    ChunkStore store = store(place);
    store.storeChunks(
        List.of(
            chunk("office", 1, 1, 20, 30),
            chunk("office", 1, 1, 0, 10),
            chunk("office", 1, 1, 10, 20),
            chunk("office", 1, 2, 0, 100),
            chunk("lost", 1, 1, 5, 15)));
    ChunkFilter episode = ChunkFilter.all().ofShow("office").ofSeason(1).ofEpisode(1);
    String first = "office-s01e01-0";
    String second = "office-s01e01-10";
    String third = "office-s01e01-20";
    assertThat(ids(store, episode)).containsExactly(first, second, third);
    assertThat(ids(store, episode.from(10).until(20))).containsExactly(second);
    assertThat(ids(store, episode.from(9).until(21))).containsExactly(first, second, third);
    assertThat(ids(store, episode.from(12).until(13))).containsExactly(second);
    assertThat(ids(store, episode.from(10))).containsExactly(second, third);
    assertThat(ids(store, episode.until(10))).containsExactly(first);
    assertThat(ids(store, episode.from(30))).isEmpty();
    assertThat(ids(store, ChunkFilter.all().from(5).until(6)))
        .containsExactly("lost-s01e01-5", first, "office-s01e02-0");
  }

  @ParameterizedTest
  @EnumSource
  void showSeasonAndEpisodeAreLookedAtEachByItself(Place place) {
    ChunkStore store = store(place);
    for (String show : List.of("office", "lost")) {
      for (int season = 1; season <= 2; season++) {
        for (int episode = 1; episode <= 3; episode++) {
          store.storeChunk(chunk(show, season, episode, 0, 10));
        }
      }
    }
    assertThat(store.listChunks(ChunkFilter.all())).hasSize(12);
    assertThat(store.listChunks(ChunkFilter.all().ofShow("lost"))).hasSize(6);
    assertThat(store.listChunks(ChunkFilter.all().ofSeason(2))).hasSize(6);
    assertThat(store.listChunks(ChunkFilter.all().ofEpisode(3))).hasSize(4);
    assertThat(ids(store, ChunkFilter.all().ofSeason(2).ofEpisode(3)))
        .containsExactly("lost-s02e03-0", "office-s02e03-0");
    assertThat(ids(store, ChunkFilter.all().ofShow("nothing"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anInvalidChunkIsRefusedWithAllThatIsWrong(Place place) {
    ChunkStore store = store(place);
    assertThatThrownBy(() -> store.storeChunk(new Chunk("x", " ", 0, 1, -5, -6, "")))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_VALUE))
        .hasMessage(
            "INVALID_VALUE: storage 'chunks': chunk 'x' is not valid: endTime must be after startTime; "
                + "season must be at least 1; showId must not be blank; startTime must be at least 0");
    assertThat(store.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void ofManyTheValidAreStoredAndTheOthersSayWhy(Place place) {
    ChunkStore store = store(place);
    Chunk good = chunk("office", 1, 1, 0, 10);
    Chunk backwards = chunk("office", 1, 1, 20, 10);
    Chunk endless = chunk("office", 1, 1, 30, 86_400_001);
    Chunk other = chunk("office", 1, 1, 40, 50);
    assertThat(store.storeChunks(List.of(good, backwards, endless, other)))
        .containsExactly(
            new StoredChunk(good.id(), List.of()),
            new StoredChunk(backwards.id(), List.of("endTime must be after startTime")),
            new StoredChunk(endless.id(), List.of("endTime must be at most 86400000, a day")),
            new StoredChunk(other.id(), List.of()));
    assertThat(ids(store, ChunkFilter.all())).containsExactly(good.id(), other.id());
    assertThat(store.storeChunks(List.of())).isEmpty();
  }

  @Test
  void oneThatTheStorageCannotKeepDoesNotKeepOutTheOthers() {
    ChunkStore store = store(Place.FOLDER);
    Chunk good = chunk("office", 1, 1, 0, 10);
    Chunk noKey = new Chunk("a\0b", "office", 1, 1, 10, 20, "");
    Chunk other = chunk("office", 1, 1, 20, 30);
    List<StoredChunk> results = store.storeChunks(List.of(good, noKey, other));
    assertThat(results).extracting(StoredChunk::isStored).containsExactly(true, false, true);
    assertThat(results.get(1).problems()).first().asString().contains("INVALID_KEY");
    assertThat(ids(store, ChunkFilter.all())).containsExactly(good.id(), other.id());
  }

  @Test
  void aFilterKnowsThatTimeGoesForward() {
    ChunkFilter from = ChunkFilter.all().from(10);
    assertThatThrownBy(() -> from.until(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("endTime must be after startTime, got 10 to 10");
  }
}
