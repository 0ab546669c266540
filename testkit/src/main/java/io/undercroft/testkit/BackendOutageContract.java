package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** An engine that cannot be reached: said, never taken for absence. */
interface BackendOutageContract extends Contract {
  /** What a read may say. */
  Set<ErrorCode> READS =
      EnumSet.of(ErrorCode.CONNECTION_FAILED, ErrorCode.CONNECTION_LOST, ErrorCode.TIMEOUT);

  /** What a write may say; that the connection was lost only if it had but read so far. */
  Set<ErrorCode> WRITES =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.UNKNOWN_OUTCOME);

  @Test
  default void anOutageIsNeverReportedAsAbsence() {
    PluginUnderTest.Outage outage = needsOutage();
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    outage.begin().run();
    try {
      says(READS, "get", () -> store.get("a"));
      says(READS, "get of an absent key", () -> store.get("b"));
      says(READS, "has", () -> store.has("a"));
      says(READS, "size", store::size);
      says(READS, "keys", () -> Entries.keys(store));
      says(READS, "scan", () -> Entries.scan(store, "", 10));
      says(READS, "ping", () -> subject().backend().ping());
      if (subject().offers(Batch.class)) {
        says(READS, "getMany", () -> subject().facet(Batch.class).getMany(List.of("a")));
      }
    } finally {
      outage.end().run();
    }
  }

  @Test
  default void aWriteInAnOutageFailsOrHasAnUnknownOutcome() {
    PluginUnderTest.Outage outage = needsOutage();
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    outage.begin().run();
    try {
      says(WRITES, "put", () -> store.put("a", text("two"), Precondition.NONE));
      says(WRITES, "put if absent", () -> store.put("b", text("two"), Precondition.ABSENT));
      says(WRITES, "delete", () -> store.delete("c", Precondition.NONE));
      if (subject().offers(Batch.class)) {
        Batch batch = subject().facet(Batch.class);
        says(WRITES, "putMany", () -> batch.putMany(Map.of("a", text("two"))));
        says(WRITES, "deleteMany", () -> batch.deleteMany(List.of("c")));
      }
      if (subject().offers(Commit.class)) {
        Commit commit = subject().facet(Commit.class);
        says(
            WRITES,
            "commit",
            () -> commit.commit(List.of(), List.of(new Mutation.Put("a", text("two")))));
      }
    } finally {
      outage.end().run();
    }
    Eventually.passes(() -> assertThat(text(store, "a").orElse("")).isIn("one", "two"));
  }

  @Test
  default void afterAnOutageTheBackendWorksAgainByItself() {
    PluginUnderTest.Outage outage = needsOutage();
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    outage.begin().run();
    try {
      says(READS, "get", () -> store.get("a"));
    } finally {
      outage.end().run();
    }
    Eventually.passes(() -> subject().backend().ping());
    Eventually.passes(() -> assertThat(text(store, "a")).isEqualTo(Optional.of("one")));
    Eventually.passes(() -> put(store, "a", "two"));
    assertThat(text(store, "a")).contains("two");
  }

  private PluginUnderTest.Outage needsOutage() {
    Optional<PluginUnderTest.Outage> outage = subject().plugin().outage();
    Assumptions.assumeTrue(outage.isPresent(), () -> "no outage is declared for " + subject().id());
    return outage.get();
  }

  private static void says(Set<ErrorCode> codes, String what, ThrowingCallable call) {
    assertThatExceptionOfType(StorageException.class)
        .as("%s during an outage", what)
        .isThrownBy(call)
        .extracting(StorageException::code)
        .isIn(codes);
  }
}
