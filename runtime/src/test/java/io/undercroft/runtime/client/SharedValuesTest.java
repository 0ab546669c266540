package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.Subscription;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values are shared exactly where no reader can change what another one sees. */
class SharedValuesTest {
  /** A kind. */
  public enum Kind {
    CINEMA,
    STAGE {
      @Override
      public String toString() {
        return "on stage";
      }
    }
  }

  /** A person. */
  public record Person(String name, @Nullable LocalDate born) {}

  /** A film that keeps lists of its own. */
  public record Film(String title, Person director, List<Person> cast, Map<String, Integer> votes) {
    /** Copies what it is given. */
    public Film {
      cast = List.copyOf(cast);
      votes = Map.copyOf(votes);
    }
  }

  /** A film that keeps whatever list it is given. */
  public record Loose(String title, List<Person> cast) {}

  /** A class. */
  public static class Bean {
    private String name = "";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }

  private record Any(@Nullable Object value) {}

  private static final Person ALICE = new Person("Alice", LocalDate.of(1990, 1, 2));

  static Stream<Arguments> values() {
    List<@Nullable Object> hole = new ArrayList<>();
    hole.add(null);
    return Stream.of(
        Arguments.of("a text", true),
        Arguments.of(7, true),
        Arguments.of(Kind.STAGE, true),
        Arguments.of(JsonValue.EMPTY_JSON_OBJECT, true),
        Arguments.of(Instant.EPOCH, true),
        Arguments.of(new Person("Alice", null), true),
        Arguments.of(new Film("Ran", ALICE, List.of(ALICE), Map.of("a", 1)), true),
        Arguments.of(new Any(new Any(new Any(1L))), true),
        Arguments.of(new Any(Optional.of(ALICE)), true),
        Arguments.of(new Any(Set.of(ALICE)), true),
        Arguments.of(new Any(hole.stream().toList()), true),
        Arguments.of(new Any(List.of(1, 2, 3).subList(1, 2)), true),
        Arguments.of(new Any(List.of(new ArrayList<>())), false),
        Arguments.of(new Any(Map.of("a", new int[0])), false),
        Arguments.of(new Any(Optional.of(new AtomicInteger())), false),
        Arguments.of(new Any(Collections.unmodifiableList(new ArrayList<>())), false),
        Arguments.of(new Any(Arrays.asList(1, 2)), false),
        Arguments.of(new Any(new LinkedHashMap<>()), false),
        Arguments.of(new Any(new byte[0]), false),
        Arguments.of(new Loose("Ran", new ArrayList<>()), false));
  }

  @ParameterizedTest
  @MethodSource("values")
  void whatCannotBeChangedIsShared(Object value, boolean shared) {
    SharedValues values = new SharedValues(value.getClass());
    assertThat(values.isPossible() && values.allows(value)).isEqualTo(shared);
  }

  @Test
  void classesAndUntypedValuesAreNeverLookedAt() {
    for (Class<?> type : List.of(Bean.class, Object.class, Map.class, byte[].class, List.class)) {
      assertThat(new SharedValues(type).isPossible()).as("%s", type).isFalse();
    }
  }

  @Test
  void aTypeWhoseValuesCanBeChangedIsNotLookedAtForEver() {
    SharedValues values = new SharedValues(Loose.class);
    int looks = 0;
    while (values.isPossible() && looks < 1_000) {
      values.allows(new Loose("Ran", new ArrayList<>()));
      looks++;
    }
    assertThat(looks).isLessThan(100);
  }

  @Test
  void readersOfMemoryGetOneObjectUntilItIsWrittenAnew() {
    try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open()) {
      Storage<Film> films = undercroft.storage(Film.class);
      Film ran = new Film("Ran", ALICE, List.of(ALICE), Map.of("a", 1));
      films.set("ran", ran);
      Film first = films.get("ran").orElseThrow();
      assertThat(first).isEqualTo(ran);
      assertThat(films.get("ran").orElseThrow()).isSameAs(first);
      assertThat(films.entry("ran").orElseThrow().value()).isSameAs(first);
      assertThat(films.batched().getMany(List.of("ran")).get("ran")).isSameAs(first);
      films.set("ran", new Film("Ran", ALICE, List.of(), Map.of()));
      assertThat(films.get("ran").orElseThrow().cast()).isEmpty();
    }
  }

  @Test
  void whoListensHearsOfReadsOfSharedValuesToo() {
    AtomicInteger calls = new AtomicInteger();
    Around counting =
        new Around() {
          @Override
          public String id() {
            return "counting";
          }

          @Override
          public Object around(Call call, Next next) throws Exception {
            if (call.kind() == Call.Kind.GET) {
              calls.incrementAndGet();
            }
            return next.proceed(call);
          }
        };
    try (Undercroft undercroft =
        Undercroft.builder()
            .withoutAmbientConfig()
            .set("storage.type", "memory")
            .set("storages.films.type", "memory")
            .wrap("films", counting)
            .open()) {
      Storage<Person> heard = undercroft.storage("films", Person.class);
      Storage<Person> hooked = undercroft.storage(Person.class);
      AtomicInteger events = new AtomicInteger();
      try (Subscription afterGet =
          hooked.observable().on(EventType.AFTER_GET, event -> events.incrementAndGet())) {
        for (Storage<Person> storage : List.of(heard, hooked)) {
          storage.set("a", ALICE);
          for (int i = 0; i < 3; i++) {
            assertThat(storage.get("a")).contains(ALICE);
          }
        }
        assertThat(afterGet.isActive()).isTrue();
      }
      assertThat(calls).hasValue(3);
      assertThat(events).hasValue(3);
    }
  }

  /** A stream over everything would keep everything in memory twice. */
  @Test
  void aStreamKeepsNothing() {
    try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open()) {
      Storage<Person> people = undercroft.storage(Person.class);
      people.set("a", ALICE);
      Person streamed = only(people);
      assertThat(only(people)).isEqualTo(streamed).isNotSameAs(streamed);
      Person read = people.get("a").orElseThrow();
      assertThat(only(people)).isSameAs(read);
    }
  }

  private static Person only(Storage<Person> people) {
    try (Stream<Person> all = people.values()) {
      return all.findFirst().orElseThrow();
    }
  }

  /** The same bytes as values of two types: each keeps its own, and neither is handed the other. */
  @Test
  void twoTypesOnOneStorageDoNotMeet() {
    try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open()) {
      Storage<Person> people = undercroft.storage(Person.class);
      Storage<JsonValue> json = undercroft.storage(JsonValue.class);
      people.set("a", ALICE);
      for (int i = 0; i < 3; i++) {
        assertThat(people.get("a")).contains(ALICE);
        assertThat(json.get("a").orElseThrow().asJsonObject().getString("name")).isEqualTo("Alice");
      }
    }
  }

  @Test
  void whatCanBeChangedIsEachReadersOwn() {
    try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open()) {
      Storage<Loose> films = undercroft.storage(Loose.class);
      films.set("ran", new Loose("Ran", List.of(ALICE)));
      films.get("ran").orElseThrow().cast().clear();
      assertThat(films.get("ran").orElseThrow().cast()).containsExactly(ALICE);
    }
  }
}
