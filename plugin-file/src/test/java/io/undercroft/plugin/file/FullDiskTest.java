package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk without room: writes say so and change nothing, and what gives room back goes on. */
class FullDiskTest {
  private static final int BLOCK = 1_024;
  private static final int DISK = 1 << 20;
  private static final String LONG = "\"" + "x".repeat(10_000) + "\"";

  private final FileSystem disk =
      Jimfs.newFileSystem(
          Configuration.unix().toBuilder()
              .setAttributeViews("basic", "owner", "posix", "unix")
              .setBlockSize(BLOCK)
              .setMaxSize(DISK)
              .build());
  private final Given given = new Given();

  @BeforeEach
  void directory() throws IOException {
    Files.createDirectories(disk.getPath("/data"));
  }

  @AfterEach
  void close() throws IOException {
    given.close();
    disk.close();
  }

  private Given.Store open(String layout) {
    return given.open(disk.getPath("/data", layout));
  }

  private void fill() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            disk.getPath("/other"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (true) {
        channel.write(ByteBuffer.allocate(BLOCK));
      }
    } catch (IOException full) {
      return; // that is the purpose
    }
  }

  private void free(int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(disk.getPath("/other"), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - bytes);
    }
  }

  private static void assertFull(Runnable write) {
    StorageException full = catchThrowableOfType(StorageException.class, write::run);
    assertThat(full.code()).isEqualTo(ErrorCode.STORAGE_FULL);
  }

  private static DeleteResult delete(Given.Store store, String key) {
    return store.keyValue().delete(key, Precondition.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms", "rooms.json"})
  void deleteGoesOnWorkingAndBringsTheRoomBack(String layout) throws IOException {
    Given.Store store = open(layout);
    for (int i = 0; i < 8; i++) {
      store.put("key-" + i, LONG);
    }
    fill();
    assertFull(() -> store.put("new", LONG + "\n".repeat(BLOCK)));
    assertFull(() -> store.put("key-0", "[" + LONG + "," + LONG + "]"));
    assertThat(store.get("key-0")).contains(LONG);
    for (int i = 0; i < 6; i++) {
      assertThat(delete(store, "key-" + i)).as("key-%d", i).isEqualTo(DeleteResult.DELETED);
    }
    store.put("new", LONG);
    store.close();
    assertThat(open(layout).keys()).containsExactlyInAnyOrder("key-6", "key-7", "new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms", "rooms.json"})
  void aDeleteDoesNotFailWithTheSetsBesideIt(String layout) throws Exception {
    Given.Store store = open(layout);
    for (int i = 0; i < 40; i++) {
      store.put("key-" + i, "\"" + "x".repeat(500) + "\"");
    }
    fill();
    String tooLong = "\"" + "x".repeat(DISK / 2) + "\"";
    Queue<Object> results = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int first = t * 5;
      threads.add(
          new Thread(
              () -> {
                for (int i = first; i < first + 5; i++) {
                  results.add(delete(store, "key-" + i));
                }
              }));
      threads.add(new Thread(() -> assertFull(() -> store.put("new-" + first, tooLong))));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(results).hasSize(40).containsOnly(DeleteResult.DELETED);
    assertThat(store.keyValue().size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rooms", "rooms.json"})
  void whatFailsLeavesNothingThatTakesRoom(String layout) throws IOException {
    Given.Store store = open(layout);
    store.put("a", LONG);
    fill();
    free(6 * BLOCK); // enough for the metadata, which go first
    List<String> before = files();
    for (int i = 0; i < 5; i++) {
      NewEntry noted =
          new NewEntry(
              (LONG + "\n".repeat(2 * BLOCK)).getBytes(StandardCharsets.UTF_8),
              Given.JSON,
              Optional.of(given.clock().instant().plusSeconds(60)),
              Map.of("by", "Ann"));
      String key = "new-" + i;
      assertFull(() -> store.put(key, noted));
    }
    assertThat(files()).isEqualTo(before);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(disk.getPath("/data"))) {
      return all.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aDocumentsReserveGrowsAndShrinksWithIt() throws IOException {
    Given.Store store = open("rooms.json");
    for (int i = 0; i < 8; i++) {
      store.put("key-" + i, LONG);
    }
    Path document = disk.getPath("/data/rooms.json");
    Path reserve = disk.getPath("/data/.rooms.json.undercroft/reserve-0");
    long most = Files.size(reserve);
    assertThat(most).isBetween(Files.size(document), 2 * Files.size(document) + (32 << 10));
    store.keyValue().clear();
    assertThat(Files.size(reserve)).isLessThan(most / 2);
  }
}
