package io.undercroft.example.night;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What somebody thinks of a film.
 *
 * @param film its title
 * @param by who says so
 * @param stars from 1 to 5
 */
public record Rating(
    @NotBlank @Size(max = 200) @Nullable String film,
    @NotBlank @Size(max = 40) @Nullable String by,
    @Min(1) @Max(5) int stars) {}
