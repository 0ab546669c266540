package io.undercroft.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Call.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallTest {
  @Test
  void aCallShowsWhatWhereAndWhichKey() {
    assertThat(Call.of(Kind.SIZE, "rooms")).hasToString("SIZE rooms");
    assertThat(Call.of(Kind.GET, "rooms", "a b")).hasToString("GET rooms 'a b'");
    assertThat(Call.of(Kind.PUT, "rooms", "a\nb\u0007"))
        .hasToString("PUT rooms 'a\\u000ab\\u0007'");
    assertThat(Call.of(Kind.GET, "rooms", "a").inTransaction("tx-7"))
        .hasToString("GET rooms 'a' in transaction tx-7");
  }

  @Test
  void aCallOnManyKeysShowsTheFirstThree() {
    assertThat(Call.of(Kind.GET_MANY, "rooms", List.of("a", "b", "c")))
        .hasToString("GET_MANY rooms 'a' 'b' 'c'");
    assertThat(Call.of(Kind.GET_MANY, "rooms", List.of("a", "b", "c", "d", "e")))
        .hasToString("GET_MANY rooms 'a' 'b' 'c' … (5 keys)");
    assertThat(Call.of(Kind.GET_MANY, "rooms", List.of())).hasToString("GET_MANY rooms");
  }

  @Test
  void aCallInATransactionIsOtherwiseTheSame() {
    Call call = Call.of(Kind.DELETE, "rooms", "a");
    Call inside = call.inTransaction("tx-7");
    assertThat(call.transaction()).isEmpty();
    assertThat(inside.transaction()).isEqualTo(Optional.of("tx-7"));
    assertThat(inside.kind()).isEqualTo(Kind.DELETE);
    assertThat(inside.storage()).isEqualTo("rooms");
    assertThat(inside.keys()).containsExactly("a");
  }

  @Test
  void whatMayChangeSomethingIsAWrite() {
    for (Kind kind : Kind.values()) {
      boolean write =
          switch (kind) {
            case PUT,
                DELETE,
                CLEAR,
                PUT_MANY,
                DELETE_MANY,
                COMMIT,
                CREATE_INDEX,
                DROP_INDEX,
                COMMIT_TRANSACTION ->
                true;
            default -> false;
          };
      assertThat(kind.isWrite()).as("%s", kind).isEqualTo(write);
    }
  }
}
