package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.StorageEvent;
import io.undercroft.testkit.Eventually;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The events of a storage reach the application's observer methods. */
class ObserversTest {
  @RegisterExtension final Application application = new Application();

  public record Film(String title) {}

  public record Room(int seats) {}

  @ApplicationScoped
  static class Desk {
    @Inject
    @StorageName("films")
    Storage<Film> films;

    @Inject
    @StorageName("rooms")
    Storage<Room> rooms;

    @Inject Storage<List<String>> lists;

    Storage<Film> films() {
      return films;
    }

    Storage<Room> rooms() {
      return rooms;
    }

    Storage<List<String>> lists() {
      return lists;
    }
  }

  private Desk desk(Class<?>... observers) {
    application
        .config("storage.type=memory", "storages.films.type=memory", "storages.rooms.type=memory")
        .beans(observers);
    return application.start(Desk.class);
  }

  @ApplicationScoped
  static class FilmObserver {
    static final List<StorageEvent<Film>> SEEN = new CopyOnWriteArrayList<>();

    void hear(@Observes @StorageName("films") StorageEvent<Film> event) {
      if (event.type() == EventType.BEFORE_SET
          && event.value().map(Film::title).equals(Optional.of("forbidden"))) {
        throw new SecurityException("not this one");
      }
      SEEN.add(event);
    }
  }

  private static List<EventType> types(List<? extends StorageEvent<?>> events) {
    return events.stream().<EventType>map(StorageEvent::type).toList();
  }

  @Test
  void everyEventOfTheStorageReachesItsObserverWithTypedValues() {
    FilmObserver.SEEN.clear();
    Desk desk = desk(FilmObserver.class);
    desk.films().set("alien", new Film("Alien"));
    assertThat(desk.films().get("alien")).contains(new Film("Alien"));
    desk.films().delete("alien");
    assertThatThrownBy(() -> desk.films().get(""))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_KEY));
    desk.rooms().set("big", new Room(100));
    Eventually.holds(
        "both changes are told",
        () -> types(FilmObserver.SEEN).stream().filter(EventType.CHANGE::equals).count() == 2);
    assertThat(types(FilmObserver.SEEN).stream().filter(type -> type != EventType.CHANGE))
        .containsExactly(
            EventType.BEFORE_SET,
            EventType.AFTER_SET,
            EventType.BEFORE_GET,
            EventType.AFTER_GET,
            EventType.BEFORE_DELETE,
            EventType.AFTER_DELETE,
            EventType.ERROR);
    for (StorageEvent<Film> event : FilmObserver.SEEN) {
      assertThat(event.storage()).isEqualTo("films");
      boolean withValue =
          List.of(EventType.BEFORE_SET, EventType.AFTER_SET, EventType.AFTER_GET)
              .contains(event.type());
      if (withValue) {
        assertThat(event.value()).contains(new Film("Alien"));
      }
    }
    StorageEvent<Film> first =
        FilmObserver.SEEN.stream()
            .filter(event -> event.type() == EventType.CHANGE)
            .findFirst()
            .orElseThrow();
    assertThat(first.change().orElseThrow().newValue()).contains(new Film("Alien"));
  }

  @Test
  void anObserverThatThrowsBeforeAWriteVetoesIt() {
    FilmObserver.SEEN.clear();
    Desk desk = desk(FilmObserver.class);
    assertThatThrownBy(() -> desk.films().set("a", new Film("forbidden")))
        .isInstanceOf(SecurityException.class)
        .hasMessage("not this one");
    assertThat(desk.films().has("a")).isFalse();
    desk.films().set("a", new Film("allowed"));
    assertThat(desk.films().get("a")).contains(new Film("allowed"));
  }

  @ApplicationScoped
  static class GrumblingObserver {
    void hear(@Observes @StorageName("films") StorageEvent<Film> event) {
      if (event.type() == EventType.AFTER_SET || event.type() == EventType.CHANGE) {
        throw new IllegalStateException("too late to object");
      }
    }
  }

  @Test
  void anObserverThatThrowsAfterwardsChangesNothing() {
    Desk desk = desk(GrumblingObserver.class);
    desk.films().set("a", new Film("x"));
    assertThat(desk.films().get("a")).contains(new Film("x"));
  }

  @ApplicationScoped
  static class RoomsOfAnyStorage {
    static final List<StorageEvent<Room>> SEEN = new CopyOnWriteArrayList<>();

    void hear(@Observes StorageEvent<Room> event) {
      SEEN.add(event);
    }
  }

  @ApplicationScoped
  static class Everything {
    static final List<StorageEvent<?>> SEEN = new CopyOnWriteArrayList<>();

    void hear(@Observes StorageEvent<?> event) {
      SEEN.add(event);
    }
  }

  @Test
  void anObserverThatNamesNoStorageHearsOfAllThatHoldItsType() {
    RoomsOfAnyStorage.SEEN.clear();
    Desk desk = desk(RoomsOfAnyStorage.class);
    desk.films().set("a", new Film("x"));
    desk.rooms().set("b", new Room(2));
    assertThat(RoomsOfAnyStorage.SEEN)
        .extracting(StorageEvent::storage)
        .isNotEmpty()
        .containsOnly("rooms");
    assertThat(RoomsOfAnyStorage.SEEN.get(0).value()).contains(new Room(2));
  }

  @Test
  void anObserverOfAnyTypeHearsOfAllStorages() {
    Everything.SEEN.clear();
    RoomsOfAnyStorage.SEEN.clear();
    Desk desk = desk(Everything.class, RoomsOfAnyStorage.class);
    desk.films().set("a", new Film("x"));
    desk.rooms().set("b", new Room(2));
    desk.lists().set("c", List.of("y"));
    assertThat(Everything.SEEN.stream().filter(event -> event.type() == EventType.BEFORE_SET))
        .extracting(StorageEvent::storage)
        .containsExactly("films", "rooms", "default");
    assertThat(
            Everything.SEEN.stream()
                .filter(event -> event.type() == EventType.AFTER_SET)
                .<Object>map(event -> event.value().orElse(null)))
        .startsWith(new Film("x"), new Room(2));
    assertThat(types(RoomsOfAnyStorage.SEEN)).contains(EventType.BEFORE_SET, EventType.AFTER_SET);
  }

  @ApplicationScoped
  static class Lists {
    static final List<StorageEvent<List<String>>> SEEN = new CopyOnWriteArrayList<>();

    void hear(@ObservesAsync @StorageName StorageEvent<List<String>> event) {
      SEEN.add(event);
    }
  }

  @Test
  void anAsynchronousObserverHearsWhatIsDoneAndCannotVeto() {
    Lists.SEEN.clear();
    Desk desk = desk(Lists.class);
    desk.lists().set("a", List.of("x", "y"));
    Eventually.holds("both events are told", () -> Lists.SEEN.size() == 2);
    assertThat(types(Lists.SEEN)).containsExactlyInAnyOrder(EventType.AFTER_SET, EventType.CHANGE);
    assertThat(Lists.SEEN)
        .allSatisfy(event -> assertThat(event.value()).contains(List.of("x", "y")));
  }

  @ApplicationScoped
  static class Misspelt {
    void hear(@Observes @StorageName("filsm") StorageEvent<Film> event) {}
  }

  @ApplicationScoped
  static class OfAnotherType {
    void hear(@Observes @StorageName("films") StorageEvent<Room> event) {}
  }

  @Test
  void whatCannotBeObservedFailsTheDeployment() {
    application
        .config("storage.type=memory", "storages.films.type=memory", "storages.rooms.type=memory")
        .beans(Desk.class, Misspelt.class, OfAnotherType.class);
    assertThat(application.refusal())
        .contains("'filsm'", "Misspelt.hear", "configured are default, films, rooms")
        .contains("'films'", "2 types", "OfAnotherType.hear");
  }

  @Test
  void aStorageThatNobodyObservesHasNoHandlers() {
    FilmObserver.SEEN.clear();
    Desk desk = desk(FilmObserver.class);
    desk.rooms().set("b", new Room(2));
    assertThat(desk.rooms().get("b")).contains(new Room(2));
    assertThat(FilmObserver.SEEN).isEmpty();
  }
}
