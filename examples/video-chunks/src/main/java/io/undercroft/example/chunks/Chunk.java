package io.undercroft.example.chunks;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/**
 * A piece of a recorded episode, from a time up to, but not including, a later one.
 *
 * @param id the key under which it is kept
 * @param showId the show
 * @param season counted from 1
 * @param episode counted from 1
 * @param startTime milliseconds from the start of the episode, 0 or more
 * @param endTime milliseconds from the start of the episode, after {@code startTime}
 * @param text what is said or seen in it, possibly empty
 */
@EndsAfterItsStart
public record Chunk(
    @NotBlank(message = "must not be blank")
        @Size(max = 200, message = "must have at most {max} characters")
        String id,
    @NotBlank(message = "must not be blank")
        @Size(max = 100, message = "must have at most {max} characters")
        String showId,
    @Min(value = 1, message = "must be at least {value}") int season,
    @Min(value = 1, message = "must be at least {value}") int episode,
    @Min(value = 0, message = "must be at least {value}") long startTime,
    @Max(value = 86_400_000, message = "must be at most {value}, a day") long endTime,
    @NotNull(message = "must not be null")
        @Size(max = 10_000, message = "must have at most {max} characters")
        String text) {

  /**
   * Returns the id of the piece of an episode that starts at a time: {@code office-s02e05-60000}.
   */
  static String idOf(String showId, int season, int episode, long startTime) {
    return String.format("%s-s%02de%02d-%d", showId, season, episode, startTime);
  }
}
