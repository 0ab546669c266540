package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Undercroft;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LifeCycleTest {
  @RegisterExtension final Application application = new Application();

  public record Room(String name) {}

  @Dependent
  static class House {
    @Inject Storage<Room> rooms;
    @Inject BatchStorage<Room> batched;

    @Inject
    @StorageName("cellars")
    Storage<Room> cellars;

    @Inject Instance<Storage<Room>> later;
    @Inject Undercroft undercroft;
  }

  @BeforeEach
  void aPluginThatCounts() {
    CountingPlugin.reset();
    application
        .service(StoragePlugin.class, CountingPlugin.class)
        .config("storage.type=counting", "storages.cellars.type=counting");
  }

  @Test
  void whatDeploymentOpenedTheApplicationUses() {
    SeContainer container = application.beans(House.class).start();
    assertThat(CountingPlugin.OPENED).hasValue(2);
    assertThat(HandOver.waiting()).isZero();
    House house = container.select(House.class).get();
    house.rooms.set("attic", new Room("Attic"));
    house.cellars.set("coal", new Room("Coal"));
    assertThat(house.batched.getMany(List.of("attic"))).hasSize(1);
    assertThat(CountingPlugin.OPENED).hasValue(2);
    assertThat(CountingPlugin.CLOSED).hasValue(0);
    container.close();
    assertThat(CountingPlugin.CLOSED).hasValue(2);
  }

  @Test
  void afterShutdownEveryHandleIsClosedAndNoThreadIsLeft() {
    SeContainer container = application.beans(House.class).start();
    House house = container.select(House.class).get();
    house.rooms.async().set("attic", new Room("Attic")).toCompletableFuture().join();
    container.close();
    assertThatThrownBy(() -> house.rooms.get("attic"))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    assertThatThrownBy(() -> house.batched.getMany(List.of("attic")))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("undercroft-"));
  }

  /** What was there before there was injection. */
  private static final class Legacy {
    static void build(String room) {
      Undercroft.current().storage(Room.class).set(room, new Room(room));
    }
  }

  @ApplicationScoped
  static class Builder {
    void build(@Observes Startup event) {
      Legacy.build("attic");
    }
  }

  @Test
  void codeWithoutInjectionFindsTheApplicationsOwn() {
    SeContainer container = application.beans(House.class, Builder.class).start();
    assertThat(container.select(House.class).get().rooms.get("attic")).contains(new Room("attic"));
    container.close();
    assertThatThrownBy(() -> Legacy.build("cellar"))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
  }

  @ApplicationScoped
  static class Diary {
    static final List<String> PAGES = new CopyOnWriteArrayList<>();

    @Inject Storage<Room> rooms;

    void first(@Observes @Priority(1) Startup event) {
      rooms.set("first", new Room("before anybody else"));
      PAGES.add("started");
    }

    void last(@Observes Shutdown event) {
      rooms.set("last", new Room("at the very end"));
      PAGES.add("stopped with " + rooms.size());
    }
  }

  @Test
  void storagesServeFromTheFirstStartupObserverToTheLastShutdownObserver() {
    Diary.PAGES.clear();
    application.beans(Diary.class).start().close();
    assertThat(Diary.PAGES).containsExactly("started", "stopped with 2");
    assertThat(CountingPlugin.CLOSED).hasValue(2);
  }

  @Dependent
  static class Impatient {
    @Inject Storage<Room> rooms;
    @Inject Runnable nobodyMakesThis;
  }

  @Test
  void aDeploymentThatTheContainerRefusesOpensNothing() {
    assertThat(application.beans(Impatient.class).refusal()).contains("WELD-001408");
    assertThat(CountingPlugin.OPENED).hasValue(0);
    assertThat(HandOver.waiting()).isZero();
  }

  @Dependent
  static class Greedy {
    @Inject
    @StorageName("nosuch")
    Storage<Room> rooms;

    @Inject BatchStorage<Room> batched;
  }

  @Test
  void aDeploymentThatWeRefuseClosesWhatItOpened() {
    assertThat(application.beans(Greedy.class).refusal()).contains("'nosuch'");
    assertThat(CountingPlugin.OPENED).hasValue(2);
    assertThat(CountingPlugin.CLOSED).hasValue(2);
    assertThat(HandOver.waiting()).isZero();
  }

  /** Takes away what was handed over, as if deployment had been in another process. */
  @ApplicationScoped
  static class BuiltElsewhere {
    void first(@Observes @Initialized(ApplicationScoped.class) Object event) {
      HandOver.takeAll().forEach(opened -> opened.undercroft().close());
    }
  }

  @Test
  void anApplicationThatWasDeployedInAnotherProcessStartsAnew() {
    SeContainer container = application.beans(House.class, BuiltElsewhere.class).start();
    assertThat(CountingPlugin.CLOSED).hasValue(2);
    assertThat(CountingPlugin.OPENED).hasValue(4);
    House house = container.select(House.class).get();
    house.rooms.set("attic", new Room("Attic"));
    assertThat(house.later.get().size()).isEqualTo(1);
    container.close();
    assertThat(CountingPlugin.CLOSED).hasValue(4);
  }

  @ApplicationScoped
  static class SinglesLayer implements Layer {
    @Override
    public Facets apply(Facets below) {
      return below.without(Batch.class);
    }
  }

  @Test
  void aStartThatFailsLateClosesWhatItOpened() {
    assertThat(application.beans(House.class, SinglesLayer.class).refusal())
        .contains("does not offer BatchStorage");
    assertThat(CountingPlugin.OPENED).hasValue(2);
    assertThat(CountingPlugin.CLOSED).hasValue(2);
  }

  @Test
  void aStorageThatCannotBeOpenedStopsTheStart() {
    application.config("storages.cellars.reachable=false");
    assertThat(application.beans(House.class).refusal())
        .startsWith("INVALID_CONFIG: 1 problem\n  - CONNECTION_FAILED: storage 'cellars': ")
        .contains("nobody answers");
    assertThat(CountingPlugin.CLOSED).hasValue(CountingPlugin.OPENED.get());
  }

  @Test
  void aStorageThatIsNotRequiredMayComeLater() {
    application.config("storages.cellars.reachable=false", "storages.cellars.required=false");
    House house = application.start(House.class);
    assertThatThrownBy(() -> house.cellars.get("coal"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_FAILED));
    house.rooms.set("attic", new Room("Attic"));
    assertThat(house.rooms.size()).isEqualTo(1);
  }

  @Test
  void aStorageMayBeDefinedAnewWhileHandlesAreOut() {
    House house = application.start(House.class);
    house.undercroft.define("default", Map.of("type", "memory"));
    house.rooms.set("attic", new Room("Attic"));
    assertThat(house.rooms.info().plugin()).isEqualTo("memory");
    assertThat(house.later.get().get("attic")).isPresent();
  }
}
