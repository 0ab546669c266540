package io.undercroft.layer.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.Undercroft;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** No typed way of writing goes past what the class declares, and no message shows a value. */
class ValidateTest {
  /** A room. */
  @Even
  public record Room(
      @NotBlank String name,
      @Max(100) int seats,
      @Pattern(regexp = "[A-Z]*", message = "'${validatedValue}' is not upper case") String code,
      Map<String, @Valid Guest> guests,
      List<@Valid Guest> staff) {
    static Room of(String name, int seats) {
      return new Room(name, seats, "", Map.of(), List.of());
    }
  }

  /** A guest. */
  public record Guest(@NotBlank(message = "must have a name of {custom}") String name) {}

  /** Rooms have an even number of seats. */
  @Retention(RetentionPolicy.RUNTIME)
  @Constraint(validatedBy = Even.Rule.class)
  public @interface Even {
    /** As Jakarta Validation wants it. */
    String message() default "must have an even number of seats";

    /** As Jakarta Validation wants it. */
    Class<?>[] groups() default {};

    /** As Jakarta Validation wants it. */
    Class<? extends Payload>[] payload() default {};

    /** The rule. */
    final class Rule implements ConstraintValidator<Even, Room> {
      @Override
      public boolean isValid(Room room, ConstraintValidatorContext context) {
        return room.seats() % 2 == 0;
      }
    }
  }

  private static Undercroft open() {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .storage("rooms", Map.of("type", "memory", "layers", "validate"))
        .open();
  }

  private static String refusal(Runnable write) {
    StorageException refused = catchThrowableOfType(StorageException.class, write::run);
    assertThat(refused).isNotNull();
    assertThat(refused.code()).as("%s", refused).isEqualTo(ErrorCode.INVALID_VALUE);
    assertThat(refused.getCause()).as("a cause would show what it holds").isNull();
    return refused.getMessage();
  }

  @Test
  void everyTypedWayOfWritingIsChecked() {
    try (Undercroft undercroft = open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      Room good = Room.of("Rumpelstilzchen", 6);
      Room bad = Room.of("", 778);
      rooms.set("a", good);
      List<Runnable> writes =
          List.of(
              () -> rooms.set("a", bad),
              () -> rooms.set("b", bad, SetOptions.ifAbsent()),
              () -> rooms.update("a", found -> Optional.of(bad)),
              () -> rooms.batched().setMany(Map.of("c", good, "b", bad)),
              () ->
                  rooms.batched().batch(List.of(Operation.set("c", good), Operation.set("b", bad))),
              () -> {
                try (Transaction<Room> tx =
                    rooms.transactional().beginTransaction(TransactionOptions.defaults())) {
                  tx.set("b", bad);
                  tx.commit();
                }
              });
      for (Runnable write : writes) {
        assertThat(refusal(write))
            .contains("Room", "name must not be blank", "seats must be less than or equal to 100");
        assertThat(rooms.keys()).doesNotContain("b");
        assertThat(rooms.get("a")).contains(good);
      }
      assertThat(rooms.async().set("b", bad))
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining("INVALID_VALUE");
      assertThat(undercroft.storage("rooms", Room.class).info().layers()).contains("validate");
    }
  }

  @Test
  void messagesShowNoValueAndNoKeyOfAMap() {
    try (Undercroft undercroft = open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      Room bad =
          new Room(
              "Rumpelstilzchen",
              7,
              "geheim",
              Map.of("Schneewittchen", new Guest("")),
              List.of(new Guest("Bob"), new Guest(" ")));
      assertThat(refusal(() -> rooms.set("a", bad)))
          .contains(
              "must have an even number of seats",
              "code breaks @Pattern",
              "guests[].name breaks @NotBlank",
              "staff[1].name breaks @NotBlank")
          .doesNotContain("Rumpelstilzchen", "geheim", "Schneewittchen", "Bob");
    }
  }

  /** Old entries stay readable; who has no class is not checked. */
  @Test
  void whatIsReadIsNotLookedAt() {
    try (Undercroft undercroft = open()) {
      Storage<JsonValue> raw = undercroft.storage("rooms", JsonValue.class);
      raw.set("old", Json.createObjectBuilder().add("name", "").add("seats", 999).build());
      assertThat(undercroft.storage("rooms", Room.class).get("old").orElseThrow().seats())
          .isEqualTo(999);
    }
  }
}
