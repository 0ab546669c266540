package io.undercroft.benchmarks;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes films; the same number gives the same film in every run. */
final class Films {
  private static final long SEED = 20_261_120L;

  private static final String[] NAMES = {
    "Alice",
    "Béla",
    "Chiyo",
    "Dagny",
    "Émile",
    "Farah",
    "Giulietta",
    "Hal",
    "Ingrid",
    "Jürgen",
    "Krzysztof",
    "Lotte",
    "Marcello",
    "Nastassja",
    "Orson",
    "Pedro",
    "Setsuko",
    "Toshirō"
  };
  private static final String[] SURNAMES = {
    "Andersson", "Bergström", "Castellanos", "Dietrich", "Eisenberg", "Fontaine", "Grünwald",
    "Hashimoto", "Jankowski", "Kaurismäki", "Lindqvist", "Moreau", "Nakamura", "Olivier"
  };
  private static final String[] GENRES = {
    "Adventure", "Comedy", "Documentary", "Drama", "Film noir", "Musical", "Thriller", "Western"
  };
  private static final String[] WORDS = {
    "a",
    "retired",
    "cellist",
    "returns",
    "to",
    "the",
    "harbour",
    "town",
    "where",
    "her",
    "brother",
    "vanished",
    "and",
    "finds",
    "that",
    "nobody",
    "\"remembers\"",
    "him",
    "until",
    "one",
    "winter",
    "night",
    "letter",
    "arrives",
    "from",
    "an",
    "old",
    "projectionist",
    "who",
    "kept",
    "every",
    "reel",
    "they",
    "ever",
    "made",
    "together",
    "in",
    "secret",
    "beneath",
    "cinema"
  };

  private Films() {}

  /** Returns the key of a film: one that file systems can take as it is. */
  static String key(int number) {
    return "film-%06d".formatted(number);
  }

  /** Returns the keys from 0 on. */
  static String[] keys(int count) {
    String[] keys = new String[count];
    for (int i = 0; i < count; i++) {
      keys[i] = key(i);
    }
    return keys;
  }

  /** Returns the films from 0 on. */
  static Film[] films(int count) {
    Film[] films = new Film[count];
    for (int i = 0; i < count; i++) {
      films[i] = film(i);
    }
    return films;
  }

  /** Returns directors of the first films, each once. */
  static String[] directors(int keys) {
    return Arrays.stream(films(Math.min(keys, 500)))
        .map(Film::director)
        .distinct()
        .toArray(String[]::new);
  }

  static Film film(int number) {
    SplittableRandom random = new SplittableRandom(SEED + number);
    int year = random.nextInt(1921, 2026);
    List<Film.Part> cast = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      cast.add(new Film.Part(person(random), one(NAMES, random)));
    }
    return new Film(
        sentence(random, 4),
        year,
        LocalDate.of(year, random.nextInt(1, 13), random.nextInt(1, 29)),
        List.of(one(GENRES, random), one(GENRES, random)),
        person(random),
        List.copyOf(cast),
        sentence(random, 75),
        new Film.Ratings(
            random.nextInt(10, 100) / 10.0, random.nextInt(1_000_000), random.nextInt(101)),
        random.nextLong(3_000_000_000L),
        random.nextBoolean());
  }

  private static String person(SplittableRandom random) {
    return one(NAMES, random) + " " + one(SURNAMES, random);
  }

  private static String sentence(SplittableRandom random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : " ").append(one(WORDS, random));
    }
    return text.toString();
  }

  private static String one(String[] of, SplittableRandom random) {
    return of[random.nextInt(of.length)];
  }
}
