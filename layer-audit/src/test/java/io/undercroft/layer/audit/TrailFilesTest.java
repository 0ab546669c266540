package io.undercroft.layer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.tool.AuditRecord;
import io.undercroft.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailFilesTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("audit.jsonl");
  }

  private static List<String> events(Audited audited) {
    try (Stream<AuditRecord> records = audited.trail().records()) {
      return records.map(AuditRecord::event).toList();
    }
  }

  @Test
  void theChainGoesOnAfterAStart() {
    for (int i = 0; i < 3; i++) {
      try (Audited audited = new Audited(folder)) {
        audited.rooms().set("a", "x");
      }
    }
    try (Audited audited = new Audited(folder)) {
      assertThat(audited.trail().verify().bad()).isEmpty();
      assertThat(audited.trail().verify().records()).isEqualTo(3 * 3);
    }
  }

  @Test
  void aRecordThatWasCutOffIsDroppedAndThatIsRecorded() throws IOException {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "x");
    }
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), java.util.Arrays.copyOf(whole, whole.length - 30));
    try (Audited audited = new Audited(folder)) {
      audited.rooms().get("a");
      assertThat(events(audited)).containsExactly("opened", "begun", "recovered", "opened");
      assertThat(audited.trail().verify().bad()).isEmpty();
    }
  }

  @Test
  void theChainIsCarriedOverWhenAFileIsPutAside() throws IOException {
    try (Audited audited = new Audited(folder, "audit.max-size", "4096")) {
      for (int i = 0; i < 100; i++) {
        audited.rooms().set("a", "x");
      }
      assertThat(new Segments(file()).aside()).hasSizeGreaterThan(5);
      assertThat(audited.trail().verify().bad()).isEmpty();
      assertThat(audited.records()).hasSize(200);
    }
    try (Audited audited = new Audited(folder, "audit.max-size", "4096")) {
      audited.rooms().set("a", "x");
      assertThat(audited.trail().verify().bad()).isEmpty();
    }
    Files.delete(new Segments(file()).aside().get(2));
    assertThat(new FileRecords(new Segments(file()), java.util.Optional.empty()).verify().bad())
        .isPresent();
  }

  @Test
  void aCrashBetweenPuttingAsideAndGoingOnIsNoDamage() throws IOException {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "x");
    }
    Files.move(file(), folder.resolve("audit.000001.jsonl"));
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "x");
      assertThat(audited.trail().verify().bad()).isEmpty();
      assertThat(audited.records()).hasSize(4);
    }
  }

  @Test
  void manyWritersShareTheDiskAndNoneIsMissing() throws Exception {
    int threads = 8;
    int each = 50;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (Audited audited = new Audited(folder, "audit.max-size", "16384")) {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        running.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < each; i++) {
                    audited.rooms().set(thread + "/" + i, "x");
                  }
                }));
      }
      for (Future<?> each1 : running) {
        each1.get();
      }
      assertThat(audited.records()).hasSize(2 * threads * each);
      assertThat(audited.trail().verify().bad()).isEmpty();
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void anInterruptedWriterIsRecordedLikeAnyOther() {
    try (Audited audited = new Audited(folder)) {
      Thread.currentThread().interrupt();
      audited.rooms().set("a", "x");
      assertThat(Thread.interrupted()).isTrue();
      audited.rooms().set("b", "x");

      assertThat(audited.records()).hasSize(4);
      assertThat(audited.trail().verify().bad()).isEmpty();
    }
  }

  @Test
  void twoStoragesDoNotWriteOneTrail() {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "x");
      try (Audited other = new Audited(folder)) {
        assertThatThrownBy(() -> other.rooms().set("a", "x"))
            .isInstanceOfSatisfying(
                StorageException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
            .hasMessageContaining("give each its own audit.path");
      }
    }
  }

  @Test
  void aTrailThatDoesNotFitItsAnchorIsNotGoneOnWith() throws IOException {
    String anchor = folder.resolve("elsewhere/anchor").toString();
    try (Audited audited = new Audited(folder, "audit.anchor", anchor)) {
      audited.rooms().set("a", "x");
      audited.rooms().set("b", "x");
    }
    List<String> lines = Files.readAllLines(file());
    Files.write(file(), lines.subList(0, 3));
    try (Audited audited = new Audited(folder, "audit.anchor", anchor)) {
      assertThatThrownBy(() -> audited.rooms().set("c", "x"))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CONSISTENCY_VIOLATION))
          .hasMessageContaining("the records 4 to 5");
      assertThat(audited.trail().verify().bad()).isPresent();
    }
  }

  @Test
  void aCrashLeavesATrailThatFitsItsAnchor() throws IOException {
    Path anchor = folder.resolve("elsewhere/anchor");
    try (Audited audited = new Audited(folder, "audit.anchor", anchor.toString())) {
      audited.rooms().set("a", "x");
    }
    Path copied = folder.resolve("copied");
    try (Audited audited =
        new Audited(folder, "audit.anchor", anchor.toString(), "audit.anchor-interval", "10ms")) {
      audited.rooms().set("b", "x");
      Eventually.holds("the anchor follows", () -> sequence(anchor) >= 4);
      Files.createDirectories(copied);
      Files.copy(file(), copied.resolve("audit.jsonl"));
      Files.copy(anchor, copied.resolve("anchor"));
    }
    try (Audited audited =
        new Audited(copied, "audit.anchor", copied.resolve("anchor").toString())) {
      audited.rooms().set("c", "x");
      assertThat(audited.trail().verify().bad()).isEmpty();
    }
  }

  private static long sequence(Path anchor) {
    try {
      return new Anchor(anchor).read().orElseThrow().head().sequence();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aTamperedEndIsNotGoneOnWith() throws IOException {
    try (Audited audited = new Audited(folder)) {
      audited.rooms().set("a", "x");
    }
    Files.writeString(
        file(),
        "{\"seq\":4,\"hash\":\"" + "0".repeat(64) + "\"}\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.APPEND);
    try (Audited audited = new Audited(folder)) {
      assertThatThrownBy(() -> audited.rooms().set("c", "x"))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CONSISTENCY_VIOLATION));
    }
  }
}
