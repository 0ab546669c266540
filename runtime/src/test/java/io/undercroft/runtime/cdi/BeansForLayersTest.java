package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Around;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.Storage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A layer finds the application's bean of a type, if there is just one. */
class BeansForLayersTest {
  private static final Queue<Optional<String>> FOUND = new ConcurrentLinkedQueue<>();

  @RegisterExtension final Application application = new Application();

  interface Greeting extends Supplier<String> {}

  @ApplicationScoped
  static class Hello implements Greeting {
    @Override
    public String get() {
      return "hello";
    }
  }

  @ApplicationScoped
  static class Bye implements Greeting {
    @Override
    public String get() {
      return "bye";
    }
  }

  @Dependent
  static class Cinema {
    @Inject Storage<String> films;
  }

  /** A layer that asks when it opens, and at every operation. */
  public static final class Asking implements LayerPlugin {
    @Override
    public String id() {
      return "asking";
    }

    @Override
    public List<Option<?>> options() {
      return List.of();
    }

    @Override
    public Wrapper open(Settings settings, PluginContext context) {
      FOUND.add(ask(context));
      Around ask =
          (call, next) -> {
            FOUND.add(ask(context));
            return next.proceed(call);
          };
      return ask;
    }

    private static Optional<String> ask(PluginContext context) {
      return context.bean(Greeting.class).map(Greeting::get);
    }
  }

  @BeforeEach
  void forget() {
    FOUND.clear();
  }

  private List<Optional<String>> found(Class<?>... beans) {
    try (SeContainer container =
        application
            .service(LayerPlugin.class, Asking.class)
            .config("storage.type=memory", "storage.layers=asking")
            .beans(beans)
            .start()) {
      container.select(Cinema.class).get().films.get("a");
      return List.copyOf(FOUND);
    }
  }

  @Test
  void theOnlyBeanIsThereOnceTheApplicationRuns() {
    assertThat(found(Cinema.class, Hello.class))
        .containsExactly(Optional.empty(), Optional.of("hello"));
  }

  @Test
  void withoutOneThereIsNone() {
    assertThat(found(Cinema.class)).containsOnly(Optional.empty());
  }

  @Test
  void ofSeveralThereIsNone() {
    assertThat(found(Cinema.class, Hello.class, Bye.class)).containsOnly(Optional.empty());
  }
}
