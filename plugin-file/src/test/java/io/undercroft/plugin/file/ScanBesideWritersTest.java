package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Cursor;
import io.undercroft.testkit.Eventually;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scan names every key once, though the directory forgets or repeats the names that files are
 * renamed over while it is read: on a file system that does so every time.
 */
@Timeout(120)
class ScanBesideWritersTest {
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  Path temp;

  private final Given given = new Given();
  private final FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());

  @AfterEach
  void close() {
    given.close();
  }

  private Given.Store filled(int subfolders) {
    Given.Store store =
        given.open(
            system.wrap(temp.resolve("rooms")),
            "durability",
            "relaxed",
            "subfolders",
            String.valueOf(subfolders));
    KEYS.forEach(key -> store.put(key, "1"));
    return store;
  }

  /** Holds nothing up. */
  private static final FaultyFileSystem.Witness NOBODY =
      new FaultyFileSystem.Witness() {
        @Override
        public void renaming(String target) {}

        @Override
        public void listing() {}
      };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void whatIsReplacedBetweenTwoPagesIsNamedOnceHoweverTheDirectoryTellsIt(int subfolders) {
    Given.Store store = filled(subfolders);
    system.forget(NOBODY);
    List<String> named = new ArrayList<>();
    try (Cursor<String> cursor = store.keyValue().keys("", 1)) {
      named.addAll(cursor.next());
      named.addAll(cursor.next());
      KEYS.forEach(key -> store.put(key, "2"));
      for (List<String> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        named.addAll(page);
      }
    }
    assertThat(named).containsExactlyInAnyOrderElementsOf(KEYS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void whatIsAboutToBeReplacedWhenAScanBeginsIsNamed(int subfolders) throws Exception {
    Given.Store store = filled(subfolders);
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean listed = new AtomicBoolean();
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    system.forget(
        new FaultyFileSystem.Witness() {
          @Override
          public void renaming(String target) {
            if (target.equals("c.json")) {
              writing.countDown();
              awaitOrFail(goOn);
            }
          }

          @Override
          public void listing() {
            listed.set(true);
            awaitOrFail(
                written); // a directory that is read late forgets what was renamed meanwhile
          }
        });
    Thread writer =
        new Thread(
            () -> {
              store.put("c", "2");
              written.complete(true);
            },
            "writer");
    writer.start();
    assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
    List<String> named = new ArrayList<>();
    Thread scanner = new Thread(() -> named.addAll(store.keys()), "scanner");
    scanner.start();
    // It has told nobody that it will replace the file, for nobody asked when it began. A scan that
    // does not wait for it has the listing now, and one that does stands at the gate.
    Eventually.holds(
        "the scanner waits, or has gone past",
        () -> listed.get() || scanner.getState() == Thread.State.WAITING);
    goOn.countDown();
    writer.join(60_000);
    scanner.join(60_000);
    assertThat(scanner.isAlive() || writer.isAlive()).isFalse();
    assertThat(named).containsExactlyInAnyOrderElementsOf(KEYS);
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitOrFail(CompletableFuture<Boolean> done) {
    try {
      assertThat(done.get(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
