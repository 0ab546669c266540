package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.IndexHome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@link IndexHome}: a small document that is kept, and is no entry. */
interface BackendIndexHomeContract extends Contract {
  @Test
  default void theDefinitionsThatWereWrittenLastAreKept() {
    IndexHome home = subject().facet(IndexHome.class);
    assertThat(home.definitions()).isEmpty();
    home.keepDefinitions(bytes("[1]"));
    home.keepDefinitions(bytes("[22]"));
    assertThat(home.definitions())
        .hasValueSatisfying(kept -> assertThat(kept).asString().isEqualTo("[22]"));
    assertThat(subject().keyValue().size()).isZero();
    subject().keyValue().clear();
    assertThat(home.definitions()).isPresent();
  }

  @Test
  default void theDefinitionsAreThereAfterReopening() {
    subject().needsPersistence();
    subject().facet(IndexHome.class).keepDefinitions(bytes("[3]"));
    subject().reopenBackend();
    assertThat(subject().facet(IndexHome.class).definitions())
        .hasValueSatisfying(kept -> assertThat(kept).asString().isEqualTo("[3]"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
