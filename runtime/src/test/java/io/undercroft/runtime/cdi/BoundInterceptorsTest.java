package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Call;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code storages.films.bindings}: the user's own interceptors in the stack. */
class BoundInterceptorsTest {
  private static final String HERE = BoundInterceptorsTest.class.getName();

  @RegisterExtension final Application application = new Application();

  public record Film(String title) {}

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Audited {
    @Nonbinding
    String[] tags() default {"all"};

    int level() default 1;
  }

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Guarded {}

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Unused {}

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Demanding {
    String role();
  }

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

  /** What an interceptor has for itself. */
  @Dependent
  static class Pencil {
    static final AtomicInteger THERE = new AtomicInteger();

    @PostConstruct
    void begin() {
      THERE.incrementAndGet();
    }

    @PreDestroy
    void end() {
      THERE.decrementAndGet();
    }
  }

  @Interceptor
  @Audited
  @Priority(Interceptor.Priority.APPLICATION + 1)
  static class AuditInterceptor {
    @Inject Journal journal;
    @Inject Pencil pencil;

    @AroundInvoke
    Object audit(InvocationContext context) throws Exception {
      context.getContextData().merge("seen", 1, (a, b) -> (int) a + (int) b);
      String what = context.getMethod().getName() + Arrays.deepToString(context.getParameters());
      try {
        Object result = context.proceed();
        journal.write(what + " ok");
        return result;
      } catch (Exception e) {
        journal.write(what + " failed");
        throw e;
      }
    }
  }

  @Interceptor
  @Guarded
  @Priority(Interceptor.Priority.APPLICATION)
  static class GuardInterceptor {
    @Inject Journal journal;

    @AroundInvoke
    @Nullable Object guard(InvocationContext context) throws Exception {
      journal.write(
          "guard "
              + context.getMethod().getDeclaringClass().getSimpleName()
              + " of "
              + ((Storage<?>) context.getTarget()).name());
      if (context.getParameters().length > 0 && "secret".equals(context.getParameters()[0])) {
        throw new SecurityException("not for you");
      }
      if (context.getParameters().length > 0 && "checked".equals(context.getParameters()[0])) {
        throw new IOException("the guard's own trouble");
      }
      if (context.getParameters().length > 0 && "twice".equals(context.getParameters()[0])) {
        context.proceed();
      }
      if (context.getParameters().length > 0 && "null".equals(context.getParameters()[0])) {
        context.proceed();
        return null;
      }
      return context.proceed();
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

  private SeContainer container(String... bindings) {
    return application
        .config("storage.type=memory", "storages.films.type=memory")
        .config("storages.films.bindings=" + bindings(bindings))
        .beans(Cinema.class, Journal.class, Pencil.class)
        .beans(AuditInterceptor.class, GuardInterceptor.class)
        .start();
  }

  private static String bindings(String... names) {
    return String.join(",", Stream.of(names).map(name -> HERE + "$" + name).toList());
  }

  private Cinema cinema(String... bindings) {
    return container(bindings).select(Cinema.class).get();
  }

  @Test
  void interceptorsSeeTheMethodsAndTheKeysInTheirOwnOrder() {
    Cinema cinema = cinema("Audited", "Guarded");
    cinema.films.set("alien", new Film("Alien"));
    assertThat(cinema.films.get("alien")).contains(new Film("Alien"));
    cinema.batched.getMany(List.of("alien", "brazil"));
    cinema.films.clear();
    cinema.others.set("alien", new Film("Alien"));
    assertThat(cinema.journal.lines())
        .containsExactly(
            "guard Storage of films",
            "set[alien, null] ok",
            "guard Storage of films",
            "get[alien] ok",
            "guard BatchStorage of films",
            "getMany[[alien, brazil]] ok",
            "guard Storage of films",
            "clear[] ok");
  }

  @Test
  void oneThatThrowsStopsTheOperation() {
    Cinema cinema = cinema("Audited", "Guarded");
    assertThatThrownBy(() -> cinema.films.set("secret", new Film("?")))
        .isInstanceOf(SecurityException.class)
        .hasMessage("not for you");
    assertThat(cinema.films.size()).isZero();
  }

  @Test
  void aFailureBelowIsSeenAndComesThroughAsItIs() {
    application.config("storages.films.read-only=true");
    Cinema cinema = cinema("Audited");
    assertThatThrownBy(() -> cinema.films.set("alien", new Film("Alien")))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
    assertThat(cinema.journal.lines()).containsExactly("set[alien, null] failed");
  }

  @Test
  void aCheckedExceptionOfAnInterceptorIsTheCauseOfWhatComesOut() {
    Cinema cinema = cinema("Guarded");
    assertThatThrownBy(() -> cinema.films.get("checked"))
        .isInstanceOf(RuntimeException.class)
        .hasRootCauseInstanceOf(IOException.class)
        .hasRootCauseMessage("the guard's own trouble");
  }

  @Test
  void anInterceptorMayProceedAgain() {
    Cinema cinema = cinema("Guarded", "Audited");
    cinema.films.set("twice", new Film("Two"));
    assertThat(cinema.journal.lines())
        .containsExactly("guard Storage of films", "set[twice, null] ok", "set[twice, null] ok");
  }

  @Test
  void nullInsteadOfAResultIsToldToItsAuthor() {
    Cinema cinema = cinema("Guarded");
    assertThatThrownBy(() -> cinema.films.get("null"))
        .hasMessageContaining(
            "an interceptor returned null from GET films 'null'; it must return what proceed()"
                + " returned");
  }

  @Test
  void aStreamIsOneCall() {
    Cinema cinema = cinema("Audited");
    for (int i = 0; i < 3_000; i++) {
      cinema.films.set("film-" + i, new Film("Film " + i));
    }
    int before = cinema.journal.lines().size();
    try (Stream<String> keys = cinema.films.keys()) {
      assertThat(keys).hasSize(3_000);
    }
    assertThat(cinema.journal.lines()).hasSize(before + 1).last().isEqualTo("keys[] ok");
  }

  @Test
  void interceptorsLiveAsLongAsTheApplication() {
    Pencil.THERE.set(0);
    SeContainer container = container("Audited");
    container.select(Cinema.class).get().films.size();
    assertThat(Pencil.THERE).hasValue(1);
    container.close();
    assertThat(Pencil.THERE).hasValue(0);
  }

  @Test
  void theStackNamesTheBindings() {
    assertThat(cinema("Audited", "Guarded").films.info().layers())
        .startsWith("bindings (" + bindings("Audited", "Guarded").replace(",", ", ") + ")");
  }

  @Test
  void whatIsNoBindingStopsTheStart() {
    application
        .config("storage.type=memory", "storages.films.type=memory", "storages.a.type=memory")
        .config("storages.b.type=memory", "storages.c.type=memory")
        .config("storage.bindings=com.acme.Nowhere")
        .config("storages.a.bindings=" + HERE)
        .config("storages.b.bindings=" + HERE + "$Unused")
        .config("storages.c.bindings=" + HERE + "$Demanding");
    assertThat(application.refusal())
        .isEqualTo(
            """
            INVALID_CONFIG: 4 problems
              - storage 'a': bindings: '%1$s' is no interceptor binding; \
            annotate it with @InterceptorBinding
              - storage 'b': bindings: '%1$s$Unused' binds no interceptor with @AroundInvoke; \
            give the interceptor this binding and a @Priority
              - storage 'c': bindings: '%1$s$Demanding' has a member without a default, 'role'; \
            give it one
              - storage 'default': bindings: 'com.acme.Nowhere' is a class that the application \
            does not have\
            """
                .formatted(HERE));
  }

  @ParameterizedTest
  @EnumSource
  void everyOperationHasAMethodToShow(Call.Kind kind) {
    assertThat(StorageMethods.of(kind).getDeclaringClass().getPackageName())
        .isEqualTo(Storage.class.getPackageName());
    Call call = Call.of(kind, "films", List.of("a", "b"));
    assertThat(StorageMethods.parameters(call))
        .hasSameSizeAs(StorageMethods.of(kind).getParameters());
  }
}
