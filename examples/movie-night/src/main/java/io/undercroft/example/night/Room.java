package io.undercroft.example.night;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A room in which people rate films.
 *
 * @param name what stands on its door
 * @param host who opened it
 */
public record Room(
    @NotBlank @Size(max = 80) @Nullable String name,
    @NotBlank @Size(max = 40) @Nullable String host) {}
