package io.undercroft.layer.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No way of writing goes past the schema, and no message shows a value. */
class JsonSchemaTest {
  private static final String SCHEMA =
      """
      {"$schema": "https://json-schema.org/draft/2020-12/schema",
       "type": "object", "required": ["name", "seats"],
       "properties": {"name": {"type": "string", "maxLength": 20}, "seats": {"$ref": "#/$defs/few"}},
       "$defs": {"few": {"type": "integer", "minimum": 1, "maximum": 100}}}
      """;

  @TempDir private Path folder;

  /** A room. */
  public record Room(String name, int seats) {}

  private Undercroft open(String schema, Map<String, String> more) throws IOException {
    Path file = Files.writeString(folder.resolve("room.schema.json"), schema);
    Map<String, String> settings = new HashMap<>(more);
    settings.put("type", "memory");
    settings.put("layers", "json-schema");
    settings.put("json-schema.file", file.toString());
    return Undercroft.builder().withoutAmbientConfig().storage("rooms", settings).open();
  }

  private static String refusal(ErrorCode code, Runnable write) {
    StorageException refused = catchThrowableOfType(StorageException.class, write::run);
    assertThat(refused).isNotNull();
    assertThat(refused.code()).as("%s", refused).isEqualTo(code);
    return refused.getMessage();
  }

  @Test
  void everyWayOfWritingIsChecked() throws IOException {
    try (Undercroft undercroft = open(SCHEMA, Map.of())) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      Room good = new Room("Rumpelstilzchen", 5);
      Room bad = new Room("Rumpelstilzchen", 777);
      rooms.set("a", good);
      assertThat(refusal(ErrorCode.INVALID_VALUE, () -> rooms.set("b", bad)))
          .contains("'b'", "/properties/seats/$ref/maximum", "room.schema.json")
          .doesNotContain("777", "Rumpel");
      refusal(ErrorCode.INVALID_VALUE, () -> rooms.update("a", old -> Optional.of(bad)));
      refusal(ErrorCode.INVALID_VALUE, () -> rooms.batched().setMany(Map.of("c", good, "d", bad)));
      refusal(
          ErrorCode.INVALID_VALUE,
          () -> rooms.batched().batch(List.of(Operation.set("c", good), Operation.set("d", bad))));
      refusal(
          ErrorCode.INVALID_VALUE,
          () ->
              rooms
                  .transactional()
                  .transaction(
                      tx -> {
                        tx.set("c", good);
                        tx.set("d", bad);
                        return true;
                      }));
      assertThat(rooms.size()).isEqualTo(1);
      assertThat(rooms.get("a")).contains(good);
    }
  }

  @Test
  void otherFormatsThanJsonAreRefused() throws IOException {
    try (Undercroft undercroft = open(SCHEMA, Map.of("compression", "gzip"))) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      assertThat(refusal(ErrorCode.INVALID_VALUE, () -> rooms.set("a", new Room("a", 1))))
          .contains("set format=json and compression=none");
    }
  }

  @Test
  void aSchemaThatIsNoneOrLeadsElsewhereIsRefusedAtTheStart() {
    for (String wrong :
        new String[] {"{", "{\"$ref\": \"https://example.org/other.json\"}", "{} {}"}) {
      assertThat(refusal(ErrorCode.INVALID_CONFIG, () -> tried(wrong)))
          .contains("json-schema.file=");
    }
  }

  private void tried(String schema) {
    try {
      open(schema, Map.of()).close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
