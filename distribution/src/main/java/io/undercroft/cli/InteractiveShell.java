package io.undercroft.cli;

import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The shell on a terminal: short commands, completion of commands and keys, history. */
final class InteractiveShell {
  private static final int KEYS_OFFERED = 50;
  private static final Map<String, String> USAGE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("get", "get KEY"),
              Map.entry("set", "set KEY JSON"),
              Map.entry("delete", "delete KEY"),
              Map.entry("has", "has KEY"),
              Map.entry("entry", "entry KEY"),
              Map.entry("keys", "keys [PREFIX]"),
              Map.entry("size", "size"),
              Map.entry("clear", "clear"),
              Map.entry("info", "info"),
              Map.entry("storages", "storages"),
              Map.entry("plugins", "plugins"),
              Map.entry("reloadPlugins", "reloadPlugins"),
              Map.entry("use", "use STORAGE"),
              Map.entry("help", "help"),
              Map.entry("exit", "exit")));

  private final Console console;
  private final Requests requests;
  private final Undercroft undercroft;
  private String storage;

  InteractiveShell(Console console, Requests requests, Undercroft undercroft, String storage) {
    this.console = console;
    this.requests = requests;
    this.undercroft = undercroft;
    this.storage = storage;
  }

  /** Talks to whoever sits at the terminal of this process. */
  int run() throws IOException {
    Path history = Path.of(System.getProperty("user.home"), ".undercroft_history");
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      return run(terminal, history);
    }
  }

  int run(Terminal terminal, Path history) {
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .completer(this::complete)
            .variable(LineReader.HISTORY_FILE, history)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    console.say("Type help for the commands, Tab to complete, Ctrl-D to leave.");
    while (true) {
      String line;
      try {
        line = reader.readLine(storage + "> ").strip();
      } catch (UserInterruptException e) {
        continue; // Ctrl-C drops the line, as shells do
      } catch (EndOfFileException e) {
        return ExitCode.DONE;
      }
      if (line.equals("exit")) {
        return ExitCode.DONE;
      }
      if (!line.isEmpty()) {
        execute(line);
        console.out().flush();
      }
    }
  }

  private void execute(String line) {
    String[] words = line.split("\\s+", 2);
    String rest = words.length > 1 ? words[1].strip() : "";
    switch (words[0]) {
      case "help" -> USAGE.values().forEach(usage -> console.give("  " + usage));
      case "use" -> use(rest);
      default -> {
        if (line.startsWith("{")) {
          raw(line);
        } else if (USAGE.containsKey(words[0])) {
          request(words[0], rest);
        } else {
          console.say("Unknown command '" + words[0] + "'. Type help for the commands.");
        }
      }
    }
  }

  private void raw(String line) {
    try {
      show(requests.answer(parsed("the request", line)));
    } catch (UsageException e) {
      console.say(String.valueOf(e.getMessage()));
    }
  }

  private void use(String name) {
    if (undercroft.names().contains(name)) {
      storage = name;
    } else {
      console.say("There is no storage '" + name + "'; there are " + undercroft.names() + ".");
    }
  }

  private void request(String op, String rest) {
    JsonObjectBuilder request = Json.object().add("op", op).add("storage", storage);
    try {
      switch (op) {
        case "set" -> {
          Words words = Words.of(rest);
          request.add("key", words.first()).add("value", parsed("the value", words.rest()));
        }
        case "get", "delete", "has", "entry" -> request.add("key", Words.of(rest).onlyOne());
        case "keys" -> {
          if (!rest.isEmpty()) {
            request.add("prefix", Words.of(rest).onlyOne());
          }
        }
        default -> {
          if (!rest.isEmpty()) {
            throw new UsageException("'" + op + "' takes nothing after it");
          }
        }
      }
    } catch (UsageException e) {
      console.say(e.getMessage() + ". Usage: " + USAGE.get(op));
      return;
    }
    show(requests.answer(request.build()));
  }

  private static JsonValue parsed(String what, String text) {
    return Json.parse(what, text);
  }

  private void show(JsonObject answer) {
    if (answer.getBoolean("ok")) {
      JsonValue result = answer.get("result");
      if (result != null && result != JsonValue.NULL) {
        console.give(result.toString());
      }
    } else {
      console.say(answer.getString("code") + ": " + answer.getString("message"));
    }
  }

  private void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (line.wordIndex() == 0) {
      USAGE.keySet().forEach(command -> candidates.add(new Candidate(command)));
      return;
    }
    String command = line.words().get(0).toLowerCase(Locale.ROOT);
    if (command.equals("use")) {
      undercroft.names().forEach(name -> candidates.add(new Candidate(name)));
    } else if (line.wordIndex() == 1 && USAGE.getOrDefault(command, "").contains("KEY")) {
      try (Stream<String> keys = undercroft.storage(storage, JsonValue.class).keys(line.word())) {
        keys.limit(KEYS_OFFERED).forEach(key -> candidates.add(new Candidate(key)));
      } catch (StorageException e) {
        // a storage that cannot be asked has no keys to offer; the command itself will say why
      }
    }
  }

  /**
   * The words after a command.
   *
   * @param first the first word; in double quotes, as a JSON text, if it has blanks
   * @param rest what comes after it
   */
  private record Words(String first, String rest) {
    static Words of(String text) {
      if (text.isEmpty()) {
        throw new UsageException("The key is missing");
      }
      if (text.startsWith("\"")) {
        int end = 1;
        while (end < text.length() && text.charAt(end) != '"') {
          end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
          throw new UsageException("The quote at the key's start is never closed");
        }
        String quoted = text.substring(0, end + 1);
        JsonValue key = parsed("the key", quoted);
        return new Words(
            ((jakarta.json.JsonString) key).getString(), text.substring(end + 1).strip());
      }
      String[] parts = text.split("\\s+", 2);
      return new Words(parts[0], parts.length > 1 ? parts[1] : "");
    }

    String onlyOne() {
      if (!rest.isEmpty()) {
        throw new UsageException("A key with blanks goes in double quotes");
      }
      return first;
    }
  }
}
