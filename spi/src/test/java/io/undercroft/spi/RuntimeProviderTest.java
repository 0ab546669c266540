package io.undercroft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import org.junit.jupiter.api.Test;

class RuntimeProviderTest {
  @Test
  void withoutARuntimeItIsSaidWhichDependencyIsMissing() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(Undercroft::builder)
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(e.getMessage()).contains("io.undercroft:undercroft-runtime");
            });
  }
}
