package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After a death of the process between any two calls, and after the failure of any one call, there
 * is the old state or the new one: never half of one, and never less than was acknowledged.
 */
class RecoveryTest {
  private static final String SPREAD = "rooms-in-subfolders";
  private static final String[] LAYOUTS = {"rooms", "rooms.json", SPREAD};

  private static String[] settings(String layout) {
    return layout.equals(SPREAD) ? Given.spread(16) : new String[0];
  }

  /** What is done to a storage that holds a=1 (with metadata) and b=1 (overwritten once). */
  enum Deed {
    FIRST_OVERWRITE {
      @Override
      void on(Given.Store store) {
        store.put("c", "2");
      }
    },
    OVERWRITE {
      @Override
      void on(Given.Store store) {
        store.put("b", "2");
      }
    },
    CREATE {
      @Override
      void on(Given.Store store) {
        store.put("new", "2");
      }
    },
    DROP_METADATA {
      @Override
      void on(Given.Store store) {
        store.put("a", "2");
      }
    },
    CHANGE_METADATA {
      @Override
      void on(Given.Store store) {
        store.put("a", new NewEntry(bytes("2"), Given.JSON, Optional.of(FAR), Map.of("by", "2")));
      }
    },
    CHANGE_TYPE {
      @Override
      void on(Given.Store store) {
        store.put("b", NewEntry.of(bytes("2"), "application/msgpack"));
      }
    },
    DELETE {
      @Override
      void on(Given.Store store) {
        store.keyValue().delete("a", Precondition.NONE);
      }
    },
    COMMIT {
      @Override
      void on(Given.Store store) {
        store
            .commit()
            .commit(
                List.of(),
                List.of(
                    new Mutation.Put("a", Given.entry("2")),
                    new Mutation.Put("new", Given.entry("2")),
                    new Mutation.Remove("b"),
                    new Mutation.Put("c", NewEntry.of(bytes("2"), "application/msgpack"))));
      }
    };

    abstract void on(Given.Store store);

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static final Instant FAR = Instant.parse("2999-01-01T00:00:00Z");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  Path temp;

  private static void prepare(Given.Store store) {
    store.put(
        "a",
        new NewEntry(
            "1".getBytes(StandardCharsets.UTF_8), Given.JSON, Optional.of(FAR), Map.of("by", "1")));
    store.put("b", "0");
    store.put("b", "1");
    store.put("c", "1");
  }

  /** Everything that can be read, as text, without versions and times. */
  private static String contents(Given.Store store) {
    List<String> lines = new ArrayList<>();
    for (String key : store.keys()) {
      var meta = store.keyValue().get(key).orElseThrow().meta();
      lines.add(
          key
              + "="
              + store.get(key).orElseThrow()
              + " "
              + meta.contentType()
              + " "
              + meta.expires()
              + " "
              + meta.metadata());
    }
    assertThat(store.keyValue().size()).as("size of %s", lines).isEqualTo(lines.size());
    return String.join("\n", lines.stream().sorted().toList());
  }

  private static void assertNothingIsLeftOver(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.map(path -> String.valueOf(path.getFileName())))
          .noneMatch(name -> name.endsWith(".tmp") || name.endsWith(".commit"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeathBetweenAnyTwoCallsLeavesTheOldStateOrTheNewOne(Deed deed) throws IOException {
    for (String layout : LAYOUTS) {
      FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
      int states = 0;
      boolean done = false;
      boolean sawOld = false;
      for (int n = 1; !done; n++) {
        Path place = Files.createDirectories(temp.resolve(deed + "-" + layout + "-" + n));
        String before;
        String after;
        try (Given given = new Given()) {
          Given.Store model =
              given.open(
                  Files.createDirectories(place.resolve("m")).resolve(layout), settings(layout));
          prepare(model);
          before = contents(model);
          deed.on(model);
          after = contents(model);
        }
        boolean acknowledged = false;
        Given dying = new Given();
        Given.Store store = dying.open(system.wrap(place.resolve(layout)), settings(layout));
        prepare(store);
        system.dieAt(n);
        try {
          deed.on(store);
          acknowledged = true;
        } catch (StorageException e) {
          assertThat(e.code()).as("call %d", n).isNotEqualTo(ErrorCode.VERSION_CONFLICT);
        }
        dying.close();
        done = n > system.heal();
        try (Given given = new Given()) {
          Given.Store reopened = given.open(place.resolve(layout), settings(layout));
          String found = contents(reopened);
          assertThat(found).as("%s in %s, dead at call %d", deed, layout, n).isIn(before, after);
          if (acknowledged) {
            assertThat(found).as("acknowledged, dead at call %d", n).isEqualTo(after);
          }
          sawOld |= found.equals(before);
          reopened.put("works", "1");
          assertThat(reopened.get("works")).contains("1");
        }
        assertNothingIsLeftOver(place);
        states++;
      }
      assertThat(states).as("states of %s in %s", deed, layout).isGreaterThan(2);
      assertThat(sawOld).as("%s in %s was undone at least once", deed, layout).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFailureOfAnyOneCallLeavesTheOldStateOrTheNewOneAndTheStorageGoesOn(Deed deed)
      throws IOException {
    for (String layout : LAYOUTS) {
      FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
      boolean done = false;
      for (int n = 1; !done; n++) {
        Path place = Files.createDirectories(temp.resolve(deed + "-" + layout + "-" + n));
        try (Given given = new Given()) {
          Given.Store model =
              given.open(
                  Files.createDirectories(place.resolve("m")).resolve(layout), settings(layout));
          prepare(model);
          String before = contents(model);
          deed.on(model);
          final String after = contents(model);
          Given.Store store = given.open(system.wrap(place.resolve(layout)), settings(layout));
          prepare(store);
          system.failOnce(n, "Input/output error");
          StorageException failure = null;
          try {
            deed.on(store);
          } catch (StorageException e) {
            failure = e;
          }
          done = n > system.heal();
          String found = contents(store);
          if (failure == null) {
            assertThat(found).as("%s in %s, call %d", deed, layout, n).isEqualTo(after);
          } else if (failure.code() == ErrorCode.UNKNOWN_OUTCOME) {
            assertThat(found).isIn(before, after);
          } else {
            assertThat(found)
                .as("%s in %s, call %d: %s", deed, layout, n, failure)
                .isEqualTo(before);
          }
          store.close();
          Given.Store reopened = given.open(place.resolve(layout), settings(layout));
          assertThat(contents(reopened)).as("%s, call %d, reopened", deed, n).isEqualTo(found);
        }
        assertNothingIsLeftOver(place);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms", "rooms.json"})
  void aFullDiskIsSaidToBeFullAndDeleteStillWorks(String layout) {
    FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
    try (Given given = new Given()) {
      Given.Store store = given.open(system.wrap(temp.resolve(layout)));
      prepare(store);
      system.failOnce(2, "No space left on device");
      StorageException full =
          catchThrowableOfType(StorageException.class, () -> store.put("b", "2"));
      system.heal();
      assertThat(full.code()).isEqualTo(ErrorCode.STORAGE_FULL);
      assertThat(store.get("b")).contains("1");
    }
  }

  @Test
  void aVersionNeverComesAgainAfterDeleteCrashAndAClockPutBack() {
    List<String> versions = new ArrayList<>();
    FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
    for (int round = 0; round < 5; round++) {
      Given given = new Given();
      given.clock().advance(Duration.ofHours(-round));
      Given.Store store = given.open(system.wrap(temp.resolve("rooms")));
      versions.add(store.put("a", "1").version());
      store.keyValue().delete("a", Precondition.NONE);
      versions.add(store.put("a", "1").version());
      store.keyValue().delete("a", Precondition.NONE);
      system.dieAt(1); // what is written at a clean end is not written
      given.close();
      system.heal();
    }
    assertThat(versions).doesNotHaveDuplicates();
  }

  @Test
  void halfAnIntentIsNoIntent() throws IOException {
    try (Given given = new Given()) {
      Given.Store store = given.open(temp.resolve("rooms"));
      prepare(store);
      String before = contents(store);
      store.close();
      Files.writeString(
          temp.resolve("rooms/.undercroft-x-1.commit"), "0123\n{\"move\":[],\"remove\":[");
      assertThat(contents(given.open(temp.resolve("rooms")))).isEqualTo(before);
    }
    assertNothingIsLeftOver(temp.resolve("rooms"));
  }
}
