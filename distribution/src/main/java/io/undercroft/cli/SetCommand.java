package io.undercroft.cli;

import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    description =
        "Write a value under a key. With a condition, a deadline or metadata, print the entry.")
final class SetCommand extends StorageCommand {
  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  String key = "";

  @Parameters(
      index = "1",
      paramLabel = "JSON",
      description = "The value as JSON, or - to read it from standard input.")
  String value = "";

  @Option(names = "--if-absent", description = "Only if there is no entry; else exit 1.")
  boolean ifAbsent;

  @Option(
      names = "--if-version",
      paramLabel = "VERSION",
      description = "Only if the entry has this version; else exit 1.")
  @Nullable String ifVersion;

  @Option(
      names = "--expires-in",
      paramLabel = "DURATION",
      description = "Let it expire after this time: 90s, 12h, 7d.")
  @Nullable String expiresIn;

  @Option(
      names = "--expires-at",
      paramLabel = "INSTANT",
      description = "Let it expire at this moment: 2030-01-31T12:00:00Z.")
  @Nullable String expiresAt;

  @Option(
      names = {"-m", "--metadata"},
      paramLabel = "NAME=TEXT",
      description = "Put a text beside the value; may be repeated.")
  Map<String, String> metadata = new LinkedHashMap<>();

  SetCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) throws Exception {
    JsonValue parsed =
        value.equals("-")
            ? Json.parse("the value", console().in().readAllBytes())
            : Json.parse("the value", value);
    SetOptions how = Json.setOptions(ifAbsent, ifVersion, expiresIn, expiresAt, metadata);
    if (Json.isPlain(how)) {
      storage.set(key, parsed);
    } else {
      console().give(Json.entry(storage.set(key, parsed, how)).toString());
    }
    return ExitCode.DONE;
  }
}
