package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonElementsTest {
  private static List<String> cut(String input) throws IOException {
    JsonElements elements =
        new JsonElements(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    List<String> values = new ArrayList<>();
    for (Optional<byte[]> next = elements.next(); next.isPresent(); next = elements.next()) {
      values.add(new String(next.get(), StandardCharsets.UTF_8));
    }
    return values;
  }

  @Test
  void anArrayGivesItsElements() throws IOException {
    assertThat(cut(" [ {\"a\":[1,2]} , \"x,]\\\"\" ,3, [] , null ]\n"))
        .containsExactly("{\"a\":[1,2]}", "\"x,]\\\"\"", "3", "[]", "null");
  }

  @Test
  void linesGiveTheirValues() throws IOException {
    assertThat(cut("{\"a\":1}\r\n\n{\"a\":\"}\"}\n7\n\"t\""))
        .containsExactly("{\"a\":1}", "{\"a\":\"}\"}", "7", "\"t\"");
  }

  @Test
  void nothingGivesNothing() throws IOException {
    assertThat(cut("")).isEmpty();
    assertThat(cut(" \n ")).isEmpty();
    assertThat(cut("[]")).isEmpty();
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws IOException {
    assertThat(cut("\uFEFF[1]")).containsExactly("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1", "[1,{", "{\"a\":", "[\"", "[1] 2", "[1 2]"})
  void whatIsCutShortOrGoesOnIsRefused(String input) {
    assertThatThrownBy(() -> cut(input)).isInstanceOf(UsageException.class);
  }
}
