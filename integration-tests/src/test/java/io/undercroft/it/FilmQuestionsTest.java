package io.undercroft.it;

import static io.undercroft.storage.query.Field.field;
import static io.undercroft.storage.query.Order.asc;
import static io.undercroft.storage.query.Order.desc;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.QueryText;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person would ask of 3,201 films, with the dirt that real data has, asked of every built-in
 * backend. What the answer is, plain loops over the parsed file say, which share nothing with the
 * evaluator.
 */
final class FilmQuestionsTest {
  private static final Path FILMS = Path.of("../distribution/src/main/dist/samples/movies.json");
  private static final MathContext DIGITS = new MathContext(20);

  @TempDir static Path temporary;

  private static final List<Film> films = new ArrayList<>();
  private static final Map<String, QueryableStorage<JsonObject>> places = new LinkedHashMap<>();
  private static Undercroft undercroft;

  /** One film as the file has it. */
  private record Film(String key, JsonObject json) {
    Optional<String> text(String name) {
      return json.get(name) instanceof JsonString text
          ? Optional.of(text.getString())
          : Optional.empty();
    }

    Optional<BigDecimal> number(String name) {
      return json.get(name) instanceof JsonNumber number
          ? Optional.of(number.bigDecimalValue())
          : Optional.empty();
    }

    boolean isNull(String name) {
      return json.get(name) == JsonValue.NULL;
    }

    boolean is(String name, String text) {
      return text(name).filter(text::equals).isPresent();
    }

    boolean isMoreThan(String name, String number) {
      return number(name).filter(n -> n.compareTo(new BigDecimal(number)) > 0).isPresent();
    }

    boolean isLessThan(String name, String number) {
      return number(name).filter(n -> n.compareTo(new BigDecimal(number)) < 0).isPresent();
    }
  }

  @BeforeAll
  static void writeTheFilms() throws IOException {
    try (JsonReader reader = Json.createReader(Files.newInputStream(FILMS))) {
      for (JsonValue film : reader.readArray()) {
        films.add(new Film(String.format("%04d", films.size()), film.asJsonObject()));
      }
    }
    undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .set("storages.memory.type", "memory")
            .set("storages.folder.type", "file")
            .set("storages.folder.path", temporary.resolve("films").toString())
            .set("storages.folder.durability", "relaxed")
            .set("storages.document.type", "file")
            .set("storages.document.path", temporary.resolve("films.json").toString())
            .set("storages.document.durability", "relaxed")
            .open();
    Map<String, JsonObject> all = new HashMap<>();
    films.forEach(film -> all.put(film.key(), film.json()));
    for (String name : List.of("memory", "folder", "document")) {
      QueryableStorage<JsonObject> place = undercroft.storage(name, JsonObject.class).queryable();
      place.setMany(all);
      places.put(name, place);
    }
  }

  @AfterAll
  static void close() {
    undercroft.close();
  }

  // asking

  private static void count(Condition condition, Predicate<Film> isMeant) {
    long expected = films.stream().filter(isMeant).count();
    places.forEach(
        (name, place) ->
            assertThat(place.count(Query.where(condition))).as(name).isEqualTo(expected));
  }

  /** Asks for keys; the condition is wanted to hold for some films and not for others. */
  private static void find(Condition condition, Predicate<Film> isMeant) {
    List<String> expected = films.stream().filter(isMeant).map(Film::key).toList();
    assertThat(expected).as("a question worth asking").isNotEmpty().hasSizeLessThan(films.size());
    places.forEach(
        (name, place) ->
            assertThat(keys(place, Query.where(condition)).stream().sorted())
                .as(name)
                .isEqualTo(expected));
    count(condition, isMeant);
  }

  private static void inOrder(Query query, List<Film> expected) {
    places.forEach(
        (name, place) ->
            assertThat(keys(place, query))
                .as(name)
                .isEqualTo(expected.stream().map(Film::key).toList()));
  }

  private static List<String> keys(QueryableStorage<JsonObject> place, Query query) {
    try (Stream<QueryResult<JsonObject>> found = place.query(query)) {
      return found.map(QueryResult::key).toList();
    }
  }

  private static void aggregate(String pipeline, List<Map<String, Object>> expected) {
    aggregate(QueryText.form().pipeline(pipeline), expected);
  }

  private static void aggregate(Pipeline pipeline, List<Map<String, Object>> expected) {
    assertThat(expected).as("a question worth asking").isNotEmpty();
    places.forEach(
        (name, place) ->
            assertThat(plain(place.aggregate(pipeline))).as(name).isEqualTo(plain(expected)));
  }

  /** Numbers by value, to 20 digits. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Number number) {
      return new BigDecimal(number.toString()).round(DIGITS).stripTrailingZeros();
    } else if (value instanceof List<?> list) {
      return list.stream().<@Nullable Object>map(FilmQuestionsTest::plain).toList();
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
      map.forEach((name, member) -> plain.put(name, plain(member)));
      return plain;
    }
    return value;
  }

  private static Map<String, Object> document(@Nullable Object... namesAndValues) {
    Map<String, Object> document = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      document.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return document;
  }

  /** Returns the films by a text, those without one under {@code null} and first. */
  private static Map<String, List<Film>> by(String name, Predicate<Film> isMeant) {
    Map<String, List<Film>> groups =
        new TreeMap<>(Comparator.nullsFirst(Comparator.naturalOrder()));
    for (Film film : films) {
      if (isMeant.test(film)) {
        groups.computeIfAbsent(film.text(name).orElse(null), text -> new ArrayList<>()).add(film);
      }
    }
    return groups;
  }

  private static BigDecimal sum(List<Film> of, String name) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Film film : of) {
      sum = sum.add(film.number(name).orElse(BigDecimal.ZERO));
    }
    return sum;
  }

  private static List<BigDecimal> numbers(List<Film> of, String name) {
    return of.stream().flatMap(film -> film.number(name).stream()).toList();
  }

  private static Comparator<Film> descending(String name) {
    return Comparator.comparing(
            (Film film) -> film.number(name).orElse(null),
            Comparator.nullsLast(Comparator.<BigDecimal>reverseOrder()))
        .thenComparing(Film::key);
  }

  // the questions

  @Test
  void howManyFilmsAreThere() {
    assertThat(films).hasSize(3_201);
    count(new Condition.All(List.of()), film -> true);
    count(field("Director").exists(), film -> film.json().containsKey("Director"));
    count(field("Rating").missing(), film -> !film.json().containsKey("Rating"));
  }

  @Test
  void whichFilmsHaveNoRating() {
    find(field("MPAA Rating").isNull(), film -> film.isNull("MPAA Rating"));
    find(
        field("IMDB Rating").isNull().and(field("Rotten Tomatoes Rating").isNull()),
        film -> film.isNull("IMDB Rating") && film.isNull("Rotten Tomatoes Rating"));
  }

  @Test
  void whichTitlesStartWithADigit() {
    find(
        field("Title").regex("^[0-9]").or(field("Title").gte(0)),
        film ->
            film.number("Title").isPresent()
                || film.text("Title").filter(t -> Character.isDigit(t.charAt(0))).isPresent());
  }

  @Test
  void whichTitlesAreNumbers() {
    find(field("Title").gt(0), film -> film.json().get("Title") instanceof JsonNumber);
    find(
        field("Title").eq(300),
        film ->
            film.number("Title").isPresent() && film.number("Title").get().intValueExact() == 300);
  }

  @Test
  void whichFilmsAreAboutLove() {
    find(
        field("Title").regex("(?i)\\blove\\b"),
        film ->
            film.text("Title")
                .filter(
                    title ->
                        Arrays.asList(title.toLowerCase(Locale.ROOT).split("[^a-z0-9_]+"))
                            .contains("love"))
                .isPresent());
  }

  @Test
  void whichFilmsDidTwoDirectorsMakeWell() {
    find(
        field("Director")
            .in("Steven Spielberg", "Ridley Scott")
            .and(field("IMDB Rating").gte(new BigDecimal("8.0"))),
        film ->
            (film.is("Director", "Steven Spielberg") || film.is("Director", "Ridley Scott"))
                && !film.isLessThan("IMDB Rating", "8.0")
                && !film.isNull("IMDB Rating"));
  }

  @Test
  void whichCheapHorrorMadeMoney() {
    find(
        field("Major Genre")
            .eq("Horror")
            .and(field("Production Budget").lt(1_000_000))
            .and(field("Worldwide Gross").gt(10_000_000)),
        film ->
            film.is("Major Genre", "Horror")
                && film.isLessThan("Production Budget", "1000000")
                && film.isMoreThan("Worldwide Gross", "10000000"));
  }

  @Test
  void whatIsThereForChildrenOrUnrated() {
    find(
        field("MPAA Rating").nin("R", "PG-13", "NC-17"),
        film ->
            !film.is("MPAA Rating", "R")
                && !film.is("MPAA Rating", "PG-13")
                && !film.is("MPAA Rating", "NC-17"));
    find(
        field("MPAA Rating").nin("R", "PG-13", "NC-17").and(field("MPAA Rating").isNotNull()),
        film -> film.text("MPAA Rating").filter(r -> !r.matches("R|PG-13|NC-17")).isPresent());
  }

  @Test
  void whatIsNeitherComedyNorDrama() {
    find(
        field("Major Genre").eq("Comedy").or(field("Major Genre").eq("Drama")).not(),
        film -> !film.is("Major Genre", "Comedy") && !film.is("Major Genre", "Drama"));
  }

  @Test
  void howManyFilmsAreThereInEachDecade() {
    Map<String, Long> decades = new TreeMap<>();
    for (Film film : films) {
      String date = film.text("Release Date").orElseThrow();
      decades.merge(date.substring(date.length() - 4, date.length() - 1), 1L, Long::sum);
    }
    assertThat(decades).hasSizeGreaterThan(5);
    decades.forEach(
        (decade, expected) ->
            places.forEach(
                (name, place) ->
                    assertThat(
                            place.count(
                                Query.where(field("Release Date").regex(decade + "[0-9]$"))))
                        .as(name + " " + decade + "0s")
                        .isEqualTo(expected)));
  }

  @Test
  void whichTenGotTheMostVotes() {
    inOrder(
        Query.all().orderBy(desc("IMDB Votes")).limit(10),
        films.stream().sorted(descending("IMDB Votes")).limit(10).toList());
  }

  @Test
  void whichWereTheLongestOfADirector() {
    inOrder(
        QueryText.form()
            .query(
                """
                {"where": {"field": "Director", "operator": "eq", "value": "Martin Scorsese"},
                 "orderBy": [{"field": "Running Time min", "direction": "desc"}], "offset": 2, "limit": 5}
                """),
        films.stream()
            .filter(film -> film.is("Director", "Martin Scorsese"))
            .sorted(descending("Running Time min"))
            .skip(2)
            .limit(5)
            .toList());
  }

  @Test
  void whatComesFirstByTitle() {
    List<Film> expected = new ArrayList<>(films);
    expected.sort(
        Comparator.comparing(
                (Film film) -> film.isNull("Title") ? 0 : film.number("Title").isPresent() ? 1 : 2)
            .thenComparing(film -> film.number("Title").orElse(BigDecimal.ZERO))
            .thenComparing(film -> film.text("Title").orElse(""))
            .thenComparing(Film::key));
    inOrder(Query.all().orderBy(asc("Title")), expected);
    inOrder(Query.all().orderBy(asc("Title")).limit(15), expected.subList(0, 15));
  }

  @Test
  void allPagesTogetherAreEverythingByGross() {
    List<String> expected =
        films.stream().sorted(descending("Worldwide Gross")).map(Film::key).toList();
    places.forEach(
        (name, place) -> {
          List<String> read = new ArrayList<>();
          Query page = Query.all().orderBy(desc("Worldwide Gross")).limit(700);
          Optional<String> after = Optional.of("");
          while (after.isPresent()) {
            try (Stream<QueryResult<JsonObject>> found =
                place.query(read.isEmpty() ? page : page.after(after.get()))) {
              List<QueryResult<JsonObject>> results = found.toList();
              results.forEach(result -> read.add(result.key()));
              after =
                  results.isEmpty()
                      ? Optional.empty()
                      : Optional.of(results.get(results.size() - 1).cursor());
            }
          }
          assertThat(read).as(name).isEqualTo(expected);
        });
  }

  @Test
  void whatWasTheMostExpensiveFilmCalled() {
    Film expected = films.stream().min(descending("Production Budget")).orElseThrow();
    places.forEach(
        (name, place) ->
            assertThat(
                    place.findOne(
                        Query.all().orderBy(desc("Production Budget")).select("Title", "Director")))
                .as(name)
                .contains(
                    Json.createObjectBuilder()
                        .add("Title", expected.json().get("Title"))
                        .add("Director", expected.json().get("Director"))
                        .build()));
  }

  @Test
  void howMuchDidEachGenreGross() {
    List<Map<String, Object>> expected = new ArrayList<>();
    by("Major Genre", film -> true)
        .forEach(
            (genre, of) ->
                expected.add(
                    document(
                        "_id", genre, "films", of.size(), "gross", sum(of, "Worldwide Gross"))));
    expected.sort(
        Comparator.comparing((Map<String, Object> d) -> (BigDecimal) d.get("gross")).reversed());
    aggregate(
        """
        [{"group": {"by": "Major Genre", "accumulators": {
            "films": {"function": "count"},
            "gross": {"function": "sum", "field": "Worldwide Gross"}}}},
         {"sort": [{"field": "gross", "direction": "desc"}]}]
        """,
        expected);
  }

  @Test
  void whichDirectorsMadeMoreThanFiveFilmsRatedOverSeven() {
    List<Map<String, Object>> expected = new ArrayList<>();
    by("Director", film -> film.isMoreThan("IMDB Rating", "7"))
        .forEach(
            (director, of) -> {
              if (director != null && of.size() > 5) {
                expected.add(document("_id", director, "films", of.size()));
              }
            });
    expected.sort(
        Comparator.comparing((Map<String, Object> d) -> (Integer) d.get("films"))
            .reversed()
            .thenComparing(d -> (String) d.get("_id")));
    aggregate(
        """
        [{"match": {"operator": "and", "conditions": [
             {"field": "IMDB Rating", "operator": "gt", "value": 7},
             {"field": "Director", "operator": "ne", "value": null}]}},
         {"group": {"by": "Director", "accumulators": {"films": {"function": "count"}}}},
         {"match": {"field": "films", "operator": "gt", "value": 5}},
         {"sort": [{"field": "films", "direction": "desc"}, {"field": "_id"}]}]
        """,
        expected);
  }

  @Test
  void howWellIsEachMpaaRatingRated() {
    List<Map<String, Object>> expected = new ArrayList<>();
    by("MPAA Rating", film -> true)
        .forEach(
            (rating, of) -> {
              List<BigDecimal> rated = numbers(of, "IMDB Rating");
              expected.add(
                  document(
                      "_id",
                      rating,
                      "average",
                      rated.isEmpty()
                          ? null
                          : sum(of, "IMDB Rating")
                              .divide(BigDecimal.valueOf(rated.size()), MathContext.DECIMAL128)));
            });
    aggregate(
        Pipeline.start()
            .then(
                new Pipeline.Group(
                    Optional.of("MPAA Rating"),
                    Map.of(
                        "average",
                        new Pipeline.Accumulator(
                            Pipeline.Function.AVG, Optional.of("IMDB Rating"))))),
        expected);
  }

  @Test
  void howLongAreTheShortestAndTheLongestFilmOfEachGenre() {
    List<Map<String, Object>> expected = new ArrayList<>();
    by("Major Genre", film -> true)
        .forEach(
            (genre, of) -> {
              List<BigDecimal> minutes = numbers(of, "Running Time min");
              expected.add(
                  document(
                      "_id",
                      genre,
                      "shortest",
                      minutes.stream().min(Comparator.naturalOrder()).orElse(null),
                      "longest",
                      minutes.stream().max(Comparator.naturalOrder()).orElse(null)));
            });
    aggregate(
        """
        [{"group": {"by": "Major Genre", "accumulators": {
            "shortest": {"function": "min", "field": "Running Time min"},
            "longest": {"function": "max", "field": "Running Time min"}}}}]
        """,
        expected);
  }

  @Test
  void whichRatingsDoesEachCreativeTypeHave() {
    List<Map<String, Object>> expected = new ArrayList<>();
    by("Creative Type", film -> true)
        .forEach(
            (type, of) -> {
              List<Object> ratings = new ArrayList<>();
              if (of.stream().anyMatch(film -> film.isNull("MPAA Rating"))) {
                ratings.add(null);
              }
              ratings.addAll(
                  new TreeSet<>(
                      of.stream().flatMap(film -> film.text("MPAA Rating").stream()).toList()));
              expected.add(document("_id", type, "ratings", ratings));
            });
    aggregate(
        """
        [{"group": {"by": "Creative Type", "accumulators": {
            "ratings": {"function": "addToSet", "field": "MPAA Rating"}}}}]
        """,
        expected);
  }

  @Test
  void whichFiveKindsOfFilmAreMadeMost() {
    record Kind(@Nullable String genre, @Nullable String rating) {}
    Map<Kind, Integer> kinds = new HashMap<>();
    for (Film film : films) {
      kinds.merge(
          new Kind(film.text("Major Genre").orElse(null), film.text("MPAA Rating").orElse(null)),
          1,
          Integer::sum);
    }
    Comparator<String> text = Comparator.nullsFirst(Comparator.naturalOrder());
    List<Map<String, Object>> expected =
        kinds.entrySet().stream()
            .sorted(
                Map.Entry.<Kind, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(entry -> entry.getKey().genre(), text)
                    .thenComparing(entry -> entry.getKey().rating(), text))
            .limit(5)
            .map(
                entry ->
                    document(
                        "_id",
                        document(
                            "genre", entry.getKey().genre(), "rating", entry.getKey().rating()),
                        "films",
                        entry.getValue()))
            .toList();
    aggregate(
        """
        [{"group": {"by": {"genre": "Major Genre", "rating": "MPAA Rating"},
                    "accumulators": {"films": {"function": "count"}}}},
         {"sort": [{"field": "films", "direction": "desc"}, {"field": "_id.genre"}, {"field": "_id.rating"}]},
         {"limit": 5}]
        """,
        expected);
  }

  @Test
  void howManyDistributorsAreThere() {
    aggregate(
        """
        [{"match": {"field": "Distributor", "operator": "ne", "value": null}},
         {"group": {"by": "Distributor", "accumulators": {}}}, {"count": "distributors"}]
        """,
        List.of(
            document(
                "distributors", by("Distributor", film -> !film.isNull("Distributor")).size())));
  }

  @Test
  void whoMadeTheFilmsBasedOnGames() {
    List<Map<String, Object>> expected = new ArrayList<>();
    by("Director", film -> film.is("Source", "Based on Game"))
        .forEach(
            (director, of) ->
                of.forEach(film -> expected.add(document("_id", director, "of", of.size()))));
    aggregate(
        """
        [{"match": {"field": "Source", "operator": "eq", "value": "Based on Game"}},
         {"group": {"by": "Director", "accumulators": {
             "of": {"function": "count"}, "dates": {"function": "push", "field": "Release Date"}}}},
         {"unwind": "dates"}, {"project": ["_id", "of"]}]
        """,
        expected);
  }

  @Test
  void whichBigFilmsFailed() {
    Function<Film, Map<String, Object>> shown =
        film ->
            document(
                "Title",
                film.text("Title").orElseThrow(),
                "Worldwide Gross",
                film.number("Worldwide Gross").orElseThrow());
    List<Map<String, Object>> expected =
        films.stream()
            .filter(
                film ->
                    film.isMoreThan("Production Budget", "90000000")
                        && film.isLessThan("Worldwide Gross", "90000000"))
            .sorted(
                Comparator.comparing((Film film) -> film.number("Worldwide Gross").orElseThrow())
                    .thenComparing(film -> film.text("Title").orElseThrow()))
            .skip(1)
            .limit(8)
            .map(shown)
            .toList();
    aggregate(
        Pipeline.start()
            .then(
                new Pipeline.Match(
                    field("Production Budget")
                        .gt(90_000_000)
                        .and(field("Worldwide Gross").lt(90_000_000))))
            .then(new Pipeline.Sort(List.of(asc("Worldwide Gross"), asc("Title"))))
            .then(new Pipeline.Skip(1))
            .then(new Pipeline.Limit(8))
            .then(new Pipeline.Project(List.of("Title", "Worldwide Gross"))),
        expected);
  }
}
