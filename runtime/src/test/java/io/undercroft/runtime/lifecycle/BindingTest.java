package io.undercroft.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.Binding;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What code without injection finds, and that nobody finds what is another's. */
@SuppressWarnings("try") // bindings are open, that is all
class BindingTest {
  private static final ClassLoader OWN = Thread.currentThread().getContextClassLoader();

  private static Undercroft open() {
    return Undercroft.builder().withoutAmbientConfig().withoutClassPathPlugins().open();
  }

  private static ClassLoader application(ClassLoader parent) {
    return new URLClassLoader(new URL[0], parent);
  }

  private static Optional<Undercroft> found() {
    try {
      return Optional.of(Undercroft.current());
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
      return Optional.empty();
    }
  }

  /** Looks on a thread of its own, with this context class loader. */
  private static Optional<Undercroft> foundIn(ClassLoader context) throws Exception {
    return elsewhere(context, BindingTest::found);
  }

  private static <R> R elsewhere(ClassLoader context, Callable<R> work) throws Exception {
    FutureTask<R> task = new FutureTask<>(work);
    Thread thread = new Thread(task);
    thread.setContextClassLoader(context);
    thread.start();
    return task.get();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(found()).isEmpty();
  }

  @Test
  void withoutABindingThereIsNone() {
    StorageException none = catchThrowableOfType(StorageException.class, Undercroft::current);
    assertThat(none.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(none).hasMessageContaining("bind");
  }

  @Test
  void aThreadHasItsOwnAndTheInnermostCounts() throws Exception {
    try (Undercroft one = open();
        Undercroft other = open();
        Binding outer = one.bind()) {
      assertThat(Undercroft.current()).isSameAs(one);
      try (Binding inner = other.bind()) {
        assertThat(Undercroft.current()).isSameAs(other);
        outer.close(); // not the innermost
        assertThat(Undercroft.current()).isSameAs(other);
        assertThat(foundIn(OWN)).as("another thread").isEmpty();
        inner.close();
        inner.close();
      }
      assertThat(Undercroft.current()).isSameAs(one);
    }
  }

  @Test
  void applicationsHaveTheirOwnAndLibrariesSeeThatOfWhoCalls() throws Exception {
    ClassLoader enterprise = application(OWN);
    ClassLoader cinema = application(enterprise);
    ClassLoader theatre = application(enterprise);
    try (Undercroft films = open();
        Undercroft plays = open();
        Undercroft common = open();
        Binding first = films.bind(cinema);
        Binding second = plays.bind(theatre)) {
      assertThat(foundIn(cinema)).containsSame(films);
      assertThat(foundIn(application(cinema))).as("a loader below it").containsSame(films);
      assertThat(foundIn(theatre)).containsSame(plays);
      assertThat(foundIn(enterprise)).isEmpty();
      assertThat(foundIn(OWN)).isEmpty();
      try (Binding shared = common.bind(enterprise)) {
        assertThat(foundIn(enterprise)).containsSame(common);
        assertThat(foundIn(cinema)).as("the nearest counts").containsSame(films);
        first.close();
        assertThat(foundIn(cinema)).containsSame(common);
        shared.close();
      }
      assertThat(foundIn(cinema)).isEmpty();
      second.close();
      assertThat(foundIn(theatre)).isEmpty();
    }
  }

  @Test
  void ofTwoInOneApplicationTheLatestCountsUntilItGoes() throws Exception {
    ClassLoader cinema = application(OWN);
    try (Undercroft old = open();
        Undercroft fresh = open();
        Binding first = old.bind(cinema)) {
      try (Binding second = fresh.bind(cinema)) {
        assertThat(foundIn(cinema)).containsSame(fresh);
        second.close();
      }
      assertThat(foundIn(cinema)).containsSame(old);
      first.close();
    }
  }

  @Test
  void aThreadsOwnGoesBeforeTheApplications() throws Exception {
    ClassLoader cinema = application(OWN);
    try (Undercroft application = open();
        Undercroft test = open();
        Binding all = application.bind(cinema)) {
      Optional<Undercroft> found =
          elsewhere(
              cinema,
              () -> {
                try (Binding own = test.bind()) {
                  return found();
                }
              });
      assertThat(found).containsSame(test);
      assertThat(foundIn(cinema)).containsSame(application);
      all.close();
    }
  }

  /** An application that went without a word is not kept. */
  @Test
  void aForgottenBindingKeepsNeitherTheLoaderNorTheStorages() throws Exception {
    WeakReference<ClassLoader> loader = forgotten();
    for (int i = 0; i < 100 && loader.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(loader.get()).isNull();
  }

  @SuppressWarnings("MustBeClosed") // that is the point
  private static WeakReference<ClassLoader> forgotten() {
    ClassLoader cinema = application(OWN);
    Undercroft undercroft = open();
    undercroft.bind(cinema);
    undercroft.close();
    return new WeakReference<>(cinema);
  }

  @Test
  void aContainerIsAskedLastAndNotAfterItsEnd() throws Exception {
    ClassLoader cinema = application(OWN);
    try (Undercroft bound = open();
        Undercroft containers = open();
        Binding none = Binding.toContainer(Optional::empty);
        Binding asked = Binding.toContainer(() -> Optional.of(containers))) {
      assertThat(found()).containsSame(containers);
      assertThat(foundIn(cinema)).containsSame(containers);
      try (Binding nearer = bound.bind(cinema)) {
        assertThat(foundIn(cinema)).containsSame(bound);
        nearer.close();
      }
      asked.close();
      asked.close();
      assertThat(found()).isEmpty();
      none.close();
    }
  }
}
