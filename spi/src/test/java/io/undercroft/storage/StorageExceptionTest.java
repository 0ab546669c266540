package io.undercroft.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.EnumSet;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StorageExceptionTest {
  static Stream<Arguments> quotes() {
    return Stream.of(
        Arguments.of("", "''"),
        Arguments.of("plain", "'plain'"),
        Arguments.of("it's", "'it's'"),
        Arguments.of("a\nb\tc\0", "'a\\u000ab\\u0009c\\u0000'"),
        Arguments.of("\u007f\u0085\u009f", "'\\u007f\\u0085\\u009f'"),
        Arguments.of("\u001b[31mred", "'\\u001b[31mred'"),
        Arguments.of("Zoë \ud83d\ude00", "'Zoë \ud83d\ude00'"),
        Arguments.of("\ud83d", "'\\ud83d'"),
        Arguments.of("\ude00\ud83d", "'\\ude00\\ud83d'"),
        Arguments.of("a\ud83db", "'a\\ud83db'"),
        Arguments.of("x".repeat(80), "'" + "x".repeat(80) + "'"),
        Arguments.of("x".repeat(81), "'" + "x".repeat(80) + "…'"),
        Arguments.of("x".repeat(100_000), "'" + "x".repeat(80) + "…'"));
  }

  @ParameterizedTest
  @MethodSource("quotes")
  void aTextIsQuotedSoThatItCanBePrinted(String text, String quoted) {
    assertThat(StorageException.quote(text)).isEqualTo(quoted);
  }

  @Test
  void aPairIsNeverCutInTwo() {
    String quoted = StorageException.quote("x".repeat(79) + "\ud83d\ude00" + "y");
    assertThat(quoted).isEqualTo("'" + "x".repeat(79) + "\ud83d\ude00…'");
  }

  @Test
  void theMessageSaysCodeStorageAndReason() {
    StorageException e = StorageException.of(ErrorCode.TIMEOUT, "no answer within 2 s");
    assertThat(e).hasMessage("TIMEOUT: no answer within 2 s");
    assertThat(e.storage()).isEmpty();
    StorageException named = e.in("rooms");
    assertThat(named).hasMessage("TIMEOUT: storage 'rooms': no answer within 2 s");
    assertThat(named.storage()).contains("rooms");
    assertThat(named.reason()).isEqualTo("no answer within 2 s");
    assertThat(named.code()).isEqualTo(ErrorCode.TIMEOUT);
  }

  @Test
  void whoeverNamesTheStorageFirstIsRight() {
    StorageException named = StorageException.of(ErrorCode.CLOSED, "closed").in("inner");
    assertThat(named.in("outer")).isSameAs(named);
  }

  @Test
  void aCopyKeepsCauseTraceDetailsAndWhatWasSuppressed() {
    IOException cause = new IOException("broken pipe");
    StorageException e = StorageException.of(ErrorCode.CONNECTION_LOST, "gone", cause);
    e.addSuppressed(new IllegalStateException("beside"));
    StorageException copy = e.with("key", "a").with("limit", "5").with("key", "b").in("rooms");
    assertThat(copy.getCause()).isSameAs(cause);
    assertThat(copy.getStackTrace()).isEqualTo(e.getStackTrace());
    assertThat(copy.getSuppressed()).containsExactly(e.getSuppressed());
    assertThat(copy.details()).isEqualTo(Map.of("key", "b", "limit", "5"));
    assertThat(e.details()).isEmpty();
    assertThat(copy.getMessage()).doesNotContain("limit");
  }

  @Test
  void anInvalidKeyIsQuotedWithItsRule() {
    StorageException e = StorageException.invalidKey("a\0b", "a key has no U+0000");
    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_KEY);
    assertThat(e).hasMessage("INVALID_KEY: key 'a\\u0000b' is not valid: a key has no U+0000");
  }

  @Test
  void aConflictSaysWhatWasExpectedFoundAndWhatToDo() {
    StorageException e = StorageException.versionConflict("a", "version 7", "version 8");
    assertThat(e.code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
    assertThat(e.reason())
        .isEqualTo(
            "key 'a': expected version 7, found version 8; read the entry again and decide anew");
    assertThat(e.details()).isEqualTo(Map.of("key", "a"));
    assertThat(e.isRetryable()).isTrue();
  }

  @Test
  void onlyWhatCanDoNoHarmIsRetryable() {
    EnumSet<ErrorCode> retryable = EnumSet.noneOf(ErrorCode.class);
    for (ErrorCode code : ErrorCode.values()) {
      if (StorageException.of(code, "x").isRetryable()) {
        retryable.add(code);
      }
    }
    assertThat(retryable)
        .containsExactly(
            ErrorCode.CONNECTION_FAILED,
            ErrorCode.CONNECTION_LOST,
            ErrorCode.TIMEOUT,
            ErrorCode.TRANSACTION_ABORTED,
            ErrorCode.DEADLOCK_DETECTED,
            ErrorCode.CONSISTENCY_VIOLATION,
            ErrorCode.VERSION_CONFLICT);
  }

  @Test
  void aSerializedExceptionStillSaysWhatAndWhere() throws Exception {
    StorageException e =
        StorageException.of(ErrorCode.STORAGE_FULL, "no room left").in("rooms").with("key", "a");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(e);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      StorageException back = (StorageException) in.readObject();
      assertThat(back).hasMessage(e.getMessage());
      assertThat(back.code()).isEqualTo(ErrorCode.STORAGE_FULL);
      assertThat(back.details()).isEmpty();
    }
  }
}
