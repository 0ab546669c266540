package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import io.undercroft.storage.AsyncQueryableStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.TransactionalStorage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a user reads when the application cannot have what it asks for. */
class DeploymentErrorsTest {
  @RegisterExtension final Application application = new Application();

  public record Film(String title) {}

  public record Actor(String name) {}

  @Dependent
  static class Cinema {
    @Inject
    @StorageName("films")
    Storage<Film> films;
  }

  @Dependent
  static class Archive {
    @SuppressWarnings("UnusedVariable") // that it is asked for is what counts
    @Inject
    void open(@StorageName("films") Instance<Storage<Film>> films) {
      assertThat(films).isNotNull();
    }
  }

  /** Found in the runtime, and again in the application: as in two archives of one. */
  @Test
  void aSecondRuntimeInTheSameApplicationIsRefused() {
    assertThat(application.beans(StorageKeeper.class).refusal())
        .contains("INVALID_CONFIG: 1 problem")
        .contains("2 archives of this application bring an undercroft-runtime each");
  }

  @Test
  void aStorageThatIsNotConfigured() {
    assertThat(
            application
                .beans(Cinema.class, Archive.class)
                .config("storage.type=memory", "storages.actors.type=memory")
                .refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 1 problem
              - storage 'films' is not configured, and is asked for by \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Archive.open(films), \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Cinema.films; \
            configured are actors, default. Set storages.films.type\
            """);
  }

  @Test
  void aStorageThatIsNotConfiguredBesideAMistakeInTheConfiguration() {
    assertThat(
            application
                .beans(Cinema.class)
                .config("storage.type=memory", "storages.actors.type=memry")
                .refusal()
                .lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("INVALID_CONFIG: 2 problems"),
            line ->
                assertThat(line)
                    .startsWith("  - storage 'films' is not configured")
                    .contains("configured are actors, default."),
            line -> assertThat(line).contains("memry", "did you mean 'memory'"));
  }

  @Dependent
  static class Nameless {
    @Inject Storage<Film> films;
  }

  @Test
  void theDefaultStorageWhereThereAreOnlyNamedOnes() {
    assertThat(application.beans(Nameless.class).config("storages.actors.type=memory").refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 1 problem
              - the default storage is not configured, and is asked for by \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Nameless.films; \
            configured are actors. Set storage.type, or say which one is meant with @StorageName\
            """);
  }

  @Test
  void everyMistakeInTheConfigurationAtOnce() {
    assertThat(
            application
                .beans(Nameless.class)
                .config("storage.type=memry", "storages.films.type=memory", "storages.films.urk=1")
                .refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 2 problems
              - storage.type=memry (microprofile-config.properties): no such plugin; \
            did you mean 'memory'? found memory in plugins and the class path
              - storages.films.urk (microprofile-config.properties): unknown option; \
            plugin 'memory' has max-bytes, max-entries\
            """);
  }

  @Dependent
  static class Demanding {
    @Inject QueryableStorage<Film> queryable;
    @Inject AsyncQueryableStorage<Film> asyncQueryable;

    @Inject
    @StorageName("films")
    TransactionalStorage<Film> transactional;

    void start(
        @Observes Startup event,
        @StorageName("films") DistributedStorage<Film> distributed,
        IndexedStorage<Film> indexed) {}
  }

  @Test
  void capabilitiesThatAreNotThereWithThoseThatAre() {
    assertThat(
            application
                .beans(Demanding.class)
                .config("storage.type=memory", "storages.films.type=memory")
                .config("storage.emulation=native-only", "storages.films.emulation=native-only")
                .refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 4 problems
              - storage 'default': plugin memory unknown with its layers does not offer \
            IndexedStorage; this storage offers Storage, BatchStorage. \
            Use one of these, or configure a plugin that offers it (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Demanding.start(indexed))
              - storage 'default': plugin memory unknown with its layers does not offer \
            QueryableStorage; this storage offers Storage, BatchStorage. \
            Use one of these, or configure a plugin that offers it (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Demanding.asyncQueryable, \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Demanding.queryable)
              - storage 'films': plugin memory unknown with its layers does not offer \
            DistributedStorage; this storage offers Storage, BatchStorage. \
            Use one of these, or configure a plugin that offers it (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Demanding.start(distributed))
              - storage 'films': plugin memory unknown with its layers does not offer \
            TransactionalStorage; this storage offers Storage, BatchStorage. \
            Use one of these, or configure a plugin that offers it (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Demanding.transactional)\
            """);
  }

  @Dependent
  static class Confused {
    @Inject Storage<Film> films;
    @Inject Storage<Actor> actors;
    @Inject Storage<?> anything;
  }

  @Test
  void twoTypesOfValuesInOneStorage() {
    assertThat(
            application
                .beans(Confused.class, Nameless.class)
                .config("storage.type=memory")
                .refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 1 problem
              - storage 'default' is asked for values of 2 types: \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Actor by \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Confused.actors; \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Film by \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Confused.films, \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Nameless.films. \
            A storage holds values of one type; give each type its own storage\
            """);
  }

  public interface Films extends Storage<Film> {
    Film byTitle(String title);

    Film byYear(int year, boolean exactly);
  }

  public interface Open<T> extends Storage<T> {}

  public interface Searchable extends QueryableStorage<Film>, DistributedStorage<Film> {}

  @Dependent
  static class Typed {
    @Inject Films films;

    @SuppressWarnings("rawtypes") // the mistake that this is about
    @Inject
    Open open;

    @Inject Searchable searchable;
  }

  @Test
  void interfacesThatNobodyCanImplement() {
    assertThat(
            application
                .beans(Typed.class)
                .config("storage.type=memory", "storage.emulation=native-only")
                .refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 4 problems
              - storage 'default': plugin memory unknown with its layers does not offer \
            DistributedStorage; this storage offers Storage, BatchStorage. \
            Use one of these, or configure a plugin that offers it (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Typed.searchable as \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Searchable)
              - storage 'default': plugin memory unknown with its layers does not offer \
            QueryableStorage; this storage offers Storage, BatchStorage. \
            Use one of these, or configure a plugin that offers it (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Typed.searchable as \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Searchable)
              - storage interface io.undercroft.runtime.cdi.DeploymentErrorsTest$Films \
            cannot be implemented: 2 problems
                - its method byTitle(String) is not ours; give it a default body
                - its method byYear(int, boolean) is not ours; give it a default body (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Typed.films)
              - storage interface io.undercroft.runtime.cdi.DeploymentErrorsTest$Open \
            cannot be implemented: it leaves the type of the values open; \
            say it, as in 'interface Open extends Storage<Room>' (injected in \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Typed.open)\
            """);
  }

  @Dependent
  static class Generic<T> {
    @Inject Storage<T> storage;
  }

  @Dependent
  static class UsesGeneric {
    @Inject Generic<Film> films;
  }

  @Test
  void aTypeOfValuesThatIsLeftOpen() {
    assertThat(application.beans(Generic.class, UsesGeneric.class).refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 1 problem
              - io.undercroft.runtime.cdi.DeploymentErrorsTest$Generic.storage leaves the type of \
            the values open; say it, as in Storage<Room>\
            """);
  }

  @Test
  void aTypeOfValuesThatTheFormatCannotHold() {
    assertThat(
            application
                .beans(Nameless.class)
                .config("storage.type=memory", "storage.format=protobuf")
                .refusal())
        .startsWith(
            """
            INVALID_CONFIG: 1 problem
              - storage 'default': \
            """)
        .contains("io.undercroft.runtime.cdi.DeploymentErrorsTest$Film")
        .endsWith("(injected in io.undercroft.runtime.cdi.DeploymentErrorsTest$Nameless.films)");
  }

  @ApplicationScoped
  @StorageName("films")
  static class Both implements Layer, Around {
    @Override
    public Facets apply(Facets below) {
      return below;
    }

    @Override
    public Object around(Call call, Next next) throws Exception {
      return next.proceed(call);
    }
  }

  @ApplicationScoped
  @StorageName("elsewhere")
  static class Astray implements Layer {
    @Override
    public Facets apply(Facets below) {
      return below;
    }
  }

  @Test
  void layersThatCannotBePutAnywhere() {
    assertThat(
            application
                .beans(Both.class, Astray.class)
                .config("storages.films.type=memory")
                .refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 2 problems
              - bean io.undercroft.runtime.cdi.DeploymentErrorsTest$Both must be a Layer or an \
            Around, and not both
              - storage 'elsewhere' is not configured, and is asked for by \
            io.undercroft.runtime.cdi.DeploymentErrorsTest$Astray; \
            configured are films. Set storages.elsewhere.type\
            """);
  }

  @Test
  void everythingIsToldAtOnce() {
    assertThat(
            application
                .beans(Demanding.class, Confused.class, Typed.class, Archive.class, Astray.class)
                .config("storage.type=memory", "storage.emulation=native-only")
                .refusal()
                .lines()
                .filter(line -> line.startsWith("  - ") || !line.startsWith(" ")))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("INVALID_CONFIG: 8 problems"),
            line -> assertThat(line).startsWith("  - storage 'default' is asked for values of 2"),
            line -> assertThat(line).startsWith("  - storage 'default': ").contains("Distributed"),
            line -> assertThat(line).startsWith("  - storage 'default': ").contains("Indexed"),
            line -> assertThat(line).startsWith("  - storage 'default': ").contains("Queryable"),
            line -> assertThat(line).startsWith("  - storage 'elsewhere' is not configured"),
            line -> assertThat(line).startsWith("  - storage 'films' is not configured"),
            line -> assertThat(line).startsWith("  - storage interface ").contains("$Films "),
            line -> assertThat(line).startsWith("  - storage interface ").contains("$Open "));
  }
}
