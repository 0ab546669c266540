package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InjectionTest {
  private static final Room ATTIC = new Room("Attic", 4);

  @RegisterExtension final Application application = new Application();

  public record Room(String name, int seats) {}

  public record Film(String title) {}

  @Dependent
  static class Cinema {
    @Inject Storage<Room> rooms;
    @Inject Instance<Storage<Room>> later;
    @Inject Provider<Storage<Room>> provided;
    @Inject AsyncStorage<Room> async;
    @Inject BatchStorage<Room> batched;
    @Inject AsyncBatchStorage<Room> asyncBatched;
    @Inject Storage<? extends Room> bounded;
    @Inject Storage<?> anything;

    @SuppressWarnings("rawtypes") // an old bean says it so
    @Inject
    Storage raw;

    @Inject
    @StorageName("films")
    Storage<Film> films;

    @Inject
    @StorageName("programme")
    Storage<Map<String, List<Film>>> programme;

    @Inject Undercroft undercroft;
  }

  private Cinema cinema() {
    application.config(
        "storage.type=memory", "storages.films.type=memory", "storages.programme.type=memory");
    return application.start(Cinema.class);
  }

  @Test
  void allHandlesAreOnOneSharedStorage() throws Exception {
    Cinema cinema = cinema();
    cinema.rooms.set("attic", ATTIC);
    assertThat(cinema.later.get().get("attic")).contains(ATTIC);
    assertThat(cinema.provided.get().get("attic")).contains(ATTIC);
    assertThat(cinema.batched.getMany(List.of("attic"))).containsEntry("attic", ATTIC);
    assertThat(cinema.async.get("attic").toCompletableFuture().get(10, TimeUnit.SECONDS))
        .contains(ATTIC);
    assertThat(
            cinema
                .asyncBatched
                .getMany(List.of("attic"))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS))
        .containsEntry("attic", ATTIC);
    assertThat(cinema.bounded.get("attic").map(Room::seats)).contains(4);
    assertThat(cinema.undercroft.storage(Room.class).get("attic")).contains(ATTIC);
  }

  @Test
  @SuppressWarnings("unchecked") // that is what a raw type is about
  void withoutATypeTheValuesAreObjects() {
    Cinema cinema = cinema();
    cinema.rooms.set("attic", ATTIC);
    assertThat(cinema.raw.get("attic"))
        .isEqualTo(Optional.of(cinema.anything.get("attic").orElseThrow()));
    assertThat(cinema.anything.get("attic").orElseThrow())
        .isInstanceOfSatisfying(Map.class, map -> assertThat(map.get("name")).isEqualTo("Attic"));
  }

  @Test
  void aNameMeansAStorageOfItsOwn() {
    Cinema cinema = cinema();
    cinema.films.set("attic", new Film("The Attic"));
    assertThat(cinema.films.name()).isEqualTo("films");
    assertThat(cinema.rooms.name()).isEqualTo("default");
    assertThat(cinema.rooms.has("attic")).isFalse();
  }

  @Test
  void genericTypesOfValuesKeepTheirArguments() {
    Cinema cinema = cinema();
    cinema.programme.set("monday", Map.of("20:15", List.of(new Film("Alien"))));
    Map<String, List<Film>> monday = cinema.programme.get("monday").orElseThrow();
    Film first = monday.values().iterator().next().get(0);
    assertThat(first).isEqualTo(new Film("Alien"));
  }

  @Test
  void withoutAnyConfigurationTheDefaultStorageIsInMemory() {
    Storage<Room> rooms = application.start(OneRoom.class).rooms;
    rooms.set("attic", ATTIC);
    assertThat(rooms.info().plugin()).isEqualTo("memory");
    assertThat(rooms.get("attic")).contains(ATTIC);
  }

  @Dependent
  static class OneRoom {
    @Inject Storage<Room> rooms;
  }

  @Test
  void aLookUpInCodeFindsWhatNobodyInjects() {
    SeContainer container =
        application.config("storage.type=memory", "storages.films.type=memory").start();
    Storage<Film> films =
        container
            .select(new TypeLiteral<Storage<Film>>() {}, StorageName.Literal.of("films"))
            .get();
    films.set("alien", new Film("Alien"));
    BatchStorage<Film> batched =
        container
            .select(new TypeLiteral<BatchStorage<Film>>() {}, StorageName.Literal.of("films"))
            .get();
    assertThat(batched.getMany(List.of("alien"))).containsEntry("alien", new Film("Alien"));
    assertThat(container.select(new TypeLiteral<Storage<Room>>() {}).get().name())
        .isEqualTo("default");
    assertThat(
            container
                .select(new TypeLiteral<Storage<Room>>() {}, StorageName.Literal.of("nosuch"))
                .isUnsatisfied())
        .isTrue();
  }

  @Test
  void anyInstanceIsEveryStorage() {
    EveryStorage every =
        application
            .config("storage.type=memory", "storages.b.type=memory", "storages.a.type=memory")
            .start(EveryStorage.class);
    assertThat(every.storages.stream().map(Storage::name))
        .containsExactlyInAnyOrder("default", "a", "b");
  }

  @Dependent
  static class EveryStorage {
    @Inject @Any Instance<Storage<Object>> storages;
  }

  abstract static class Shelf<T> {
    @Inject Storage<T> storage;
  }

  @Dependent
  static class RoomShelf extends Shelf<Room> {}

  @Test
  void aGenericSuperclassGetsTheTypeOfTheClassBelow() {
    Storage<Room> rooms = application.start(RoomShelf.class).storage;
    rooms.set("attic", ATTIC);
    Room again = rooms.get("attic").orElseThrow();
    assertThat(again).isEqualTo(ATTIC);
  }

  @Dependent
  static class Everywhere {
    private final Storage<Room> byConstructor;
    private String initialized = "";

    @Inject Event<Film> films;
    @Inject String produced;

    @Inject
    Everywhere(Storage<Room> byConstructor) {
      this.byConstructor = byConstructor;
    }

    @Inject
    void initialize(@StorageName("films") Storage<Film> films) {
      initialized = films.name();
    }
  }

  @Dependent
  static class Producer {
    @Produces
    static String produce(@StorageName("films") BatchStorage<Film> films) {
      return "produced with " + films.name();
    }
  }

  @ApplicationScoped
  static class Listener {
    private String heard = "";

    void hear(@Observes Film film, @StorageName("films") Storage<Film> films) {
      films.set("heard", film);
      heard = films.get("heard").orElseThrow().title();
    }

    String heard() {
      return heard;
    }
  }

  @Test
  void constructorsInitializersProducersAndObserversAreServed() {
    application
        .config("storage.type=memory", "storages.films.type=memory")
        .beans(Producer.class, Listener.class, Everywhere.class);
    SeContainer container = application.start();
    Everywhere everywhere = container.select(Everywhere.class).get();
    everywhere.films.fire(new Film("Alien"));
    assertThat(everywhere.byConstructor.name()).isEqualTo("default");
    assertThat(everywhere.initialized).isEqualTo("films");
    assertThat(everywhere.produced).isEqualTo("produced with films");
    assertThat(container.select(Listener.class).get().heard()).isEqualTo("Alien");
  }

  @RequestScoped
  static class Guest {
    @Inject Storage<Room> rooms;

    void enter(String key) {
      rooms.update(key, room -> room.map(r -> new Room(r.name(), r.seats() - 1)));
    }
  }

  @ApplicationScoped
  static class Door {
    @Inject Guest guest;
    @Inject Storage<Room> rooms;

    @ActivateRequestContext
    void letIn(String key) {
      guest.enter(key);
    }

    Optional<Room> look(String key) {
      return rooms.get(key);
    }

    void build(String key, Room room) {
      rooms.set(key, room);
    }
  }

  @Test
  void beansOfEveryScopeShareTheStorage() {
    application.beans(Guest.class);
    Door door = application.start(Door.class);
    door.build("attic", ATTIC);
    door.letIn("attic");
    door.letIn("attic");
    assertThat(door.look("attic")).contains(new Room("Attic", 2));
  }

  @Dependent
  static class Watcher {
    @Inject ObservableStorage<Room> rooms;
  }

  @Test
  void anObservableStorageTellsItsChanges() throws Exception {
    ObservableStorage<Room> rooms = application.start(Watcher.class).rooms;
    BlockingQueue<Change<Room>> seen = new LinkedBlockingQueue<>();
    rooms.watch("at*", seen::add);
    rooms.set("cellar", new Room("Cellar", 9));
    rooms.set("attic", ATTIC);
    Change<Room> change = seen.poll(10, TimeUnit.SECONDS);
    assertThat(change).isNotNull();
    assertThat(change.type()).isEqualTo(ChangeType.SET);
    assertThat(change.newValue()).contains(ATTIC);
  }

  @StorageName("films")
  private static final class Annotated {}

  @Test
  void aLiteralNameIsEqualToAWrittenOne() {
    StorageName written = Annotated.class.getAnnotation(StorageName.class);
    StorageName made = StorageName.Literal.of("films");
    assertThat(made).isEqualTo(written).hasSameHashCodeAs(written);
    assertThat(written).isEqualTo(made);
    assertThat(made.annotationType()).isSameAs(StorageName.class);
    assertThat(made).isNotEqualTo(StorageName.Literal.of("rooms"));
  }
}
