package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Around;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Call;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WrapperBeansTest {
  @RegisterExtension final Application application = new Application();

  public record Film(String title) {}

  /** What happened, as a bean of the application. */
  @ApplicationScoped
  static class Journal {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    void write(String line) {
      lines.add(line);
    }

    List<String> lines() {
      return lines;
    }
  }

  @ApplicationScoped
  @StorageName("films")
  @Priority(2)
  static class JournalAround implements Around {
    @Inject Journal journal;

    @Override
    public Object around(Call call, Next next) throws Exception {
      journal.write("journal " + call);
      return next.proceed(call);
    }
  }

  @ApplicationScoped
  @StorageName("films")
  @Priority(1)
  static class GuardAround implements Around {
    @Inject Journal journal;

    @Override
    public Object around(Call call, Next next) throws Exception {
      journal.write("guard " + call.kind());
      if (call.keys().contains("secret")) {
        throw new SecurityException("not for you");
      }
      return next.proceed(call);
    }
  }

  @Dependent
  static class Cinema {
    @Inject
    @StorageName("films")
    Storage<Film> films;

    @Inject
    @StorageName("films")
    BatchStorage<Film> batched;

    @Inject Storage<Film> others;
    @Inject Journal journal;
  }

  private Cinema cinema(Class<?>... beans) {
    application
        .config("storage.type=memory", "storages.films.type=memory")
        .beans(Journal.class)
        .beans(beans);
    return application.start(Cinema.class);
  }

  @Test
  void beansAreWrappedAroundTheStorageTheyNameInTheOrderOfTheirPriority() {
    Cinema cinema = cinema(JournalAround.class, GuardAround.class);
    cinema.films.set("alien", new Film("Alien"));
    assertThatThrownBy(() -> cinema.films.get("secret"))
        .isInstanceOf(SecurityException.class)
        .hasMessage("not for you");
    cinema.others.set("alien", new Film("Alien"));
    assertThat(cinema.journal.lines())
        .containsExactly("guard PUT", "journal PUT films 'alien'", "guard GET");
    assertThat(cinema.films.info().layers()).startsWith("guard", "journal");
    assertThat(cinema.others.info().layers()).doesNotContain("guard", "journal");
  }

  @ApplicationScoped
  static class EverywhereAround implements Around {
    @Inject Journal journal;

    @Override
    public Object around(Call call, Next next) throws Exception {
      journal.write(call.storage());
      return next.proceed(call);
    }
  }

  @Test
  void withoutANameABeanIsWrappedAroundTheDefaultStorage() {
    Cinema cinema = cinema(EverywhereAround.class);
    cinema.films.size();
    cinema.others.size();
    assertThat(cinema.journal.lines()).containsExactly("default");
  }

  @Dependent
  static class AccidentalAround implements Around {
    @Override
    public Object around(Call call, Next next) {
      throw new IllegalStateException("nobody asked for it");
    }
  }

  @Test
  void aDependentBeanWithoutANameIsLeftAlone() {
    Cinema cinema = cinema(AccidentalAround.class);
    cinema.others.set("alien", new Film("Alien"));
    assertThat(cinema.others.size()).isEqualTo(1);
  }

  @Dependent
  static class Workshop {
    @Produces
    @ApplicationScoped
    @StorageName("films")
    static Around produced(Journal journal) {
      return (call, next) -> {
        journal.write("produced " + call.kind());
        return next.proceed(call);
      };
    }
  }

  @Test
  void aProducerMakesOneToo() {
    Cinema cinema = cinema(Workshop.class);
    cinema.films.has("alien");
    assertThat(cinema.journal.lines()).containsExactly("produced HAS");
    assertThat(cinema.films.info().layers()).startsWith("Workshop");
  }

  /** Writes about one storage into another, which is the storage's own business. */
  @ApplicationScoped
  @StorageName("films")
  static class TrailAround implements Around {
    @Inject Storage<Film> trail;

    @Override
    public Object around(Call call, Next next) throws Exception {
      trail.set(String.valueOf(trail.size()), new Film(call.kind().name()));
      return next.proceed(call);
    }
  }

  @Test
  void aBeanThatIsALayerMayUseAnotherStorage() {
    Cinema cinema = cinema(TrailAround.class);
    cinema.films.set("alien", new Film("Alien"));
    cinema.films.size();
    assertThat(cinema.others.get("0")).contains(new Film("PUT"));
    assertThat(cinema.others.get("1")).contains(new Film("SIZE"));
  }

  @ApplicationScoped
  @StorageName("films")
  static class SinglesLayer implements Layer {
    @Override
    public Facets apply(Facets below) {
      return below.without(Batch.class);
    }

    @Override
    public Stage stage() {
      return Stage.EDGE;
    }
  }

  @Test
  void whatALayerBeanTakesAwayIsMissedAtTheStart() {
    application
        .config("storage.type=memory", "storages.films.type=memory")
        .beans(Cinema.class, Journal.class, SinglesLayer.class);
    assertThat(application.refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 1 problem
              - storage 'films': plugin memory unknown with its layers does not offer \
            BatchStorage; this storage offers Storage, ObservableStorage. \
            Use one of these, or configure a plugin that offers it (injected in \
            io.undercroft.runtime.cdi.WrapperBeansTest$Cinema.batched)\
            """);
  }
}
