package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Around;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.Caller;
import io.undercroft.storage.Storage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.inject.Inject;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Layers know who calls: who code says, or else the container's principal. */
class CallerTest {
  private static final Queue<Optional<String>> CALLERS = new ConcurrentLinkedQueue<>();

  @RegisterExtension final Application application = new Application();

  /** A layer that remembers who called. */
  public static final class Remembering implements LayerPlugin {
    @Override
    public String id() {
      return "remembering";
    }

    @Override
    public List<Option<?>> options() {
      return List.of();
    }

    @Override
    public Wrapper open(Settings settings, PluginContext context) {
      Around remember =
          (call, next) -> {
            CALLERS.add(context.caller());
            return next.proceed(call);
          };
      return remember;
    }
  }

  @ApplicationScoped
  static class Login {
    @Produces
    Principal principal() {
      return () -> "bob";
    }
  }

  @Dependent
  static class Cinema {
    @Inject Storage<String> films;
  }

  @BeforeEach
  void forget() {
    CALLERS.clear();
  }

  private SeContainer start(Class<?>... beans) {
    return application
        .service(LayerPlugin.class, Remembering.class)
        .config("storage.type=memory", "storage.layers=remembering")
        .beans(beans)
        .start();
  }

  @Test
  void theContainersPrincipalCallsUnlessCodeSaysWhoDoes() throws Exception {
    Storage<String> films = start(Cinema.class, Login.class).select(Cinema.class).get().films;

    films.has("a");
    films.async().has("a").toCompletableFuture().get();
    hasAs("alice", films);
    films.has("a");

    assertThat(CALLERS)
        .containsExactly(
            Optional.of("bob"),
            Optional.of("bob"),
            Optional.of("alice"),
            Optional.of("alice"),
            Optional.of("bob"));
  }

  @SuppressWarnings("try") // the scope is open, that is all
  private static void hasAs(String principal, Storage<String> films) throws Exception {
    try (Caller.Scope as = Caller.as(principal)) {
      films.has("a");
      films.async().has("a").toCompletableFuture().get();
    }
  }

  @Test
  void nobodyIsKnownWhereThereIsNoPrincipal() {
    Storage<String> films = start(Cinema.class).select(Cinema.class).get().films;

    films.has("a");

    assertThat(CALLERS).containsExactly(Optional.empty());
  }
}
