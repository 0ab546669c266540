package io.undercroft.example.chunks;

import static io.undercroft.storage.query.Field.field;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which chunks are meant: all that are of this show, season and episode and share a moment with the
 * time from {@code startTime} up to, but not including, {@code endTime}. What is empty does not
 * matter.
 *
 * @param showId the show
 * @param season the season
 * @param episode the episode
 * @param startTime milliseconds from the start of the episode
 * @param endTime milliseconds from the start of the episode, after {@code startTime}
 */
public record ChunkFilter(
    Optional<String> showId,
    OptionalInt season,
    OptionalInt episode,
    OptionalLong startTime,
    OptionalLong endTime) {
  private static final ChunkFilter ALL =
      new ChunkFilter(
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  /** Checks that the time does not end before it starts. */
  public ChunkFilter {
    Objects.requireNonNull(showId, "showId");
    if (startTime.isPresent()
        && endTime.isPresent()
        && endTime.getAsLong() <= startTime.getAsLong()) {
      throw new IllegalArgumentException(
          "endTime must be after startTime, got "
              + startTime.getAsLong()
              + " to "
              + endTime.getAsLong());
    }
  }

  /** Every chunk. */
  public static ChunkFilter all() {
    return ALL;
  }

  /** Returns this filter for one show. */
  public ChunkFilter ofShow(String id) {
    return new ChunkFilter(Optional.of(id), season, episode, startTime, endTime);
  }

  /** Returns this filter for one season. */
  public ChunkFilter ofSeason(int number) {
    return new ChunkFilter(showId, OptionalInt.of(number), episode, startTime, endTime);
  }

  /** Returns this filter for one episode. */
  public ChunkFilter ofEpisode(int number) {
    return new ChunkFilter(showId, season, OptionalInt.of(number), startTime, endTime);
  }

  /** Returns this filter for chunks that go on after this time. */
  public ChunkFilter from(long start) {
    return new ChunkFilter(showId, season, episode, OptionalLong.of(start), endTime);
  }

  /** Returns this filter for chunks that start before this time. */
  public ChunkFilter until(long end) {
    return new ChunkFilter(showId, season, episode, startTime, OptionalLong.of(end));
  }

  /** Returns the query: by show, season, episode and time. */
  Query toQuery() {
    List<Condition> all = new ArrayList<>();
    showId.ifPresent(id -> all.add(field("showId").eq(id)));
    season.ifPresent(number -> all.add(field("season").eq(number)));
    episode.ifPresent(number -> all.add(field("episode").eq(number)));
    startTime.ifPresent(start -> all.add(field("endTime").gt(start)));
    endTime.ifPresent(end -> all.add(field("startTime").lt(end)));
    return Query.where(new Condition.All(all))
        .orderBy(ChunkStore.BY_TIME.fields().toArray(Order[]::new));
  }
}
