package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.testkit.Eventually;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other processes do to the files is told: another storage's writes, and those of a shell. */
class OtherProcessesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  Path temp;

  private final Given given = new Given();
  private final Queue<StoredChange> told = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    given.close();
  }

  private List<StoredChange> told(String key) {
    return told.stream().filter(change -> change.key().equals(key)).toList();
  }

  private static String text(Optional<StoredEntry> entry) {
    return entry
        .map(there -> new String(there.value(), StandardCharsets.UTF_8).replaceAll("\\s", ""))
        .orElse("-");
  }

  /** Waits until the last that was told of a key is this. */
  private void awaitTold(String key, ChangeType type, String value) {
    Eventually.passes(
        () -> {
          List<StoredChange> all = told(key);
          assertThat(all).as("what is told of %s", key).isNotEmpty();
          StoredChange last = all.get(all.size() - 1);
          assertThat(last.type()).as("%s", all).isEqualTo(type);
          assertThat(text(last.after())).isEqualTo(value);
        });
  }

  private static List<String> states(List<StoredChange> changes) {
    List<String> states = new ArrayList<>();
    for (StoredChange change : changes) {
      String state = change.type() == ChangeType.SET ? text(change.after()) : "gone";
      if (states.isEmpty() || !states.get(states.size() - 1).equals(state)) {
        states.add(state);
      }
    }
    return states;
  }

  // ---- a storage of another process

  /** Runs in a child process: writes what it is told to, line by line. */
  static final class Writer {
    /** Some file systems tell the time of a change no finer. */
    private static final long COARSE = TimeUnit.MILLISECONDS.toNanos(5);

    public static void main(String[] arguments) throws IOException {
      try (Given given = new Given();
          BufferedReader orders =
              new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
        Given.Store store = given.open(Path.of(arguments[0]), "subfolders", arguments[1]);
        say("open");
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
          String[] words = order.split(" ", -1);
          switch (words[0]) {
            case "put" -> store.put(words[1], words[2]);
            case "flip" -> {
              for (int i = Integer.parseInt(words[2]); i > 0; i--) {
                store.put(words[1], NewEntry.of(new byte[] {1}, ContentTypes.BINARY.contentType()));
                LockSupport.parkNanos(COARSE);
                store.put(words[1], "{}");
                LockSupport.parkNanos(COARSE);
              }
            }
            case "delete" -> store.keyValue().delete(words[1], Precondition.NONE);
            case "commit" ->
                store
                    .commit()
                    .commit(
                        List.of(),
                        List.of(
                            new Mutation.Put(words[1], Given.entry(words[2])),
                            new Mutation.Remove(words[3])));
            default -> throw new IllegalArgumentException(order);
          }
          say("done");
        }
      }
    }

    private static void say(String word) {
      System.out.println(word);
      System.out.flush();
    }
  }

  private static Process writer(Path path, int subfolders) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            path.toString(),
            String.valueOf(subfolders))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @ParameterizedTest
  @CsvSource({"rooms, 1", "rooms.json, 1", "rooms, 16"})
  void whatAStorageOfAnotherProcessWritesIsToldToAReader(String layout, int subfolders)
      throws Exception {
    Path path = temp.resolve(layout);
    Process child = writer(path, subfolders);
    try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8);
        BufferedWriter orders = child.outputWriter(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("open");
      order(orders, said, "put there {\"n\":0}");
      Given.Store reader =
          given.open(path, "access", "read-only", "subfolders", String.valueOf(subfolders));
      try (Subscription watching = reader.changes().subscribe(Optional.empty(), told::add)) {
        order(orders, said, "put new {\"n\":1}");
        awaitTold("new", ChangeType.SET, "{\"n\":1}");
        order(orders, said, "put there {\"n\":2}");
        awaitTold("there", ChangeType.SET, "{\"n\":2}");
        order(orders, said, "commit A/b {\"n\":3} there");
        awaitTold("A/b", ChangeType.SET, "{\"n\":3}");
        awaitTold("there", ChangeType.DELETE, "-");
        order(orders, said, "delete new");
        awaitTold("new", ChangeType.DELETE, "-");
        order(orders, said, "put new {\"n\":4}");
        awaitTold("new", ChangeType.SET, "{\"n\":4}");
        assertThat(watching.isActive()).isTrue();
      }
      assertThat(states(told("new"))).containsExactly("{\"n\":1}", "gone", "{\"n\":4}");
      assertThat(states(told("there"))).containsExactly("{\"n\":2}", "gone");
      assertThat(told).extracting(StoredChange::key).containsOnly("new", "there", "A/b");
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void anEntryThatAnotherProcessGivesAnotherTypeIsThereAllTheTime(int subfolders) throws Exception {
    Path path = temp.resolve("rooms");
    Process child = writer(path, subfolders);
    try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8);
        BufferedWriter orders = child.outputWriter(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("open");
      order(orders, said, "put there {}");
      Given.Store reader =
          given.open(path, "access", "read-only", "subfolders", String.valueOf(subfolders));
      orders.write("flip there 100\n");
      orders.flush();
      int reads = 0;
      while (!said.ready()) {
        assertThat(reader.get("there")).as("read %d", reads++).isPresent();
      }
      assertThat(said.readLine()).isEqualTo("done");
      assertThat(reads).isGreaterThan(200);
    } finally {
      child.destroyForcibly();
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void order(BufferedWriter orders, BufferedReader said, String order)
      throws IOException {
    orders.write(order);
    orders.newLine();
    orders.flush();
    assertThat(said.readLine()).isEqualTo("done");
  }

  // ---- what is told late

  @ParameterizedTest
  @ValueSource(strings = {"rooms", "rooms.json"})
  void whatWasBeforeHasBeenToldWhenItHasSettled(String layout) {
    Given.Store store = given.open(temp.resolve(layout), "durability", "relaxed");
    List<Boolean> inside = new ArrayList<>();
    try (Subscription watching =
        store
            .changes()
            .subscribe(
                Optional.empty(),
                change -> {
                  told.add(change);
                  store.changes().settle(); // a listener does not wait for itself
                  inside.add(true);
                })) {
      for (int i = 1; i <= 300; i++) {
        store.put("a", String.valueOf(i));
        if (i % 10 == 0) {
          store.changes().settle();
          assertThat(told("a")).hasSize(i);
        }
      }
      assertThat(watching.isActive()).isTrue();
    }
    assertThat(inside).hasSize(300);
    store.changes().settle();
  }

  // ---- a person with a shell

  private void shell(String script) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", script)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).as(said).isZero();
  }

  @Test
  void whatAShellDoesToTheFilesOfAFolderIsToldToTheProcessThatWrites() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "it needs a shell");
    Given.Store store = given.open(temp.resolve("rooms"));
    store.put("edited", "{\"n\":0}");
    store.put("replaced", "{\"n\":0}");
    store.put("moved", "{\"n\":0}");
    store.put("onto", "{\"n\":9}");
    store.put("removed", "{\"n\":0}");
    try (Subscription watching = store.changes().subscribe(Optional.empty(), told::add)) {
      shell("printf '{\"n\": 1}' > rooms/created.json");
      awaitTold("created", ChangeType.SET, "{\"n\":1}");
      shell("printf '{\"n\": 22}' > rooms/edited.json");
      awaitTold("edited", ChangeType.SET, "{\"n\":22}");
      shell("printf '{\"n\": 3}' > new.tmp; mv new.tmp rooms/replaced.json"); // as editors do
      awaitTold("replaced", ChangeType.SET, "{\"n\":3}");
      shell("mv rooms/moved.json rooms/%41.json");
      awaitTold("moved", ChangeType.DELETE, "-");
      awaitTold("A", ChangeType.SET, "{\"n\":0}");
      shell("mv rooms/%41.json rooms/onto.json");
      awaitTold("A", ChangeType.DELETE, "-");
      awaitTold("onto", ChangeType.SET, "{\"n\":0}");
      shell("rm rooms/removed.json");
      awaitTold("removed", ChangeType.DELETE, "-");
      shell("cp rooms/edited.json rooms/copied.json");
      awaitTold("copied", ChangeType.SET, "{\"n\":22}");
      store.put("edited", "{\"n\":5}");
      awaitTold("edited", ChangeType.SET, "{\"n\":5}");
      StoredChange own = told("edited").get(told("edited").size() - 1);
      assertThat(text(own.before())).as("the old value of an own write").isEqualTo("{\"n\":22}");
      assertThat(watching.isActive()).isTrue();
    }
    assertThat(told)
        .extracting(StoredChange::key)
        .containsOnly("created", "edited", "replaced", "moved", "A", "onto", "removed", "copied");
    assertThat(store.get("onto")).contains("{\"n\":0}");
    assertThat(store.keyValue().size()).isEqualTo(5);
  }

  @Test
  void whatAShellDoesToTheFilesInSubfoldersIsTold() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "it needs a shell");
    Given.Store store = given.open(temp.resolve("rooms"), Given.spread(16));
    store.put("a", "{\"n\":0}");
    store.put("b", "{\"n\":0}");
    store.put("c", "{\"n\":0}");
    try (Subscription watching = store.changes().subscribe(Optional.empty(), told::add)) {
      shell("printf '{\"n\": 1}' > rooms/01/movie-night.json");
      awaitTold("movie-night", ChangeType.SET, "{\"n\":1}");
      shell("printf '{\"n\": 22}' > rooms/03/a.json");
      awaitTold("a", ChangeType.SET, "{\"n\":22}");
      shell("rm rooms/09/b.json");
      awaitTold("b", ChangeType.DELETE, "-");
      shell("cp rooms/0f/c.json rooms/00/c.json"); // not where it belongs, so nothing
      shell("mv rooms/0f/c.json rooms/04/%41.json");
      awaitTold("c", ChangeType.DELETE, "-");
      awaitTold("A", ChangeType.SET, "{\"n\":0}");
      assertThat(watching.isActive()).isTrue();
    }
    assertThat(told("c")).hasSize(1);
    assertThat(told).extracting(StoredChange::key).containsOnly("movie-night", "a", "b", "c", "A");
    assertThat(store.keys()).containsExactlyInAnyOrder("movie-night", "a", "A");
    assertThat(store.keyValue().size()).isEqualTo(3);
  }

  @Test
  void whatAShellDoesToADocumentIsToldKeyByKeyWithOldAndNewValue() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "it needs a shell");
    Given.Store store = given.open(temp.resolve("rooms.json"));
    store.put("kept", "{\"n\":0}");
    store.put("edited", "{\"n\":1}");
    store.put("removed", "{\"n\":2}");
    try (Subscription watching = store.changes().subscribe(Optional.empty(), told::add)) {
      shell(
          "printf '{\"kept\": {\"n\": 0}, \"edited\": {\"n\": 11}, \"created\": {\"n\": 3}}'"
              + " > new.tmp; mv new.tmp rooms.json");
      awaitTold("edited", ChangeType.SET, "{\"n\":11}");
      awaitTold("created", ChangeType.SET, "{\"n\":3}");
      awaitTold("removed", ChangeType.DELETE, "-");
      assertThat(watching.isActive()).isTrue();
    }
    assertThat(told("kept")).isEmpty();
    assertThat(told)
        .extracting(change -> change.key() + " " + text(change.before()))
        .containsExactlyInAnyOrder("edited {\"n\":1}", "created -", "removed {\"n\":2}");
  }
}
