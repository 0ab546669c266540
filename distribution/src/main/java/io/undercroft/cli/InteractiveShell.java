package io.undercroft.cli;

import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.IndexInfo;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/**
 * The shell on a terminal: short commands, completion of commands, keys and names, history. Between
 * {@code begin} and {@code commit} or {@code rollback} the commands are parts of the transaction.
 */
final class InteractiveShell {
  private static final int KEYS_OFFERED = 50;
  private static final int WIDTH = 80;

  /** Outside a transaction. */
  private static final String NONE = "";

  /** What only a transaction can do. */
  private static final Set<String> IN_A_TRANSACTION =
      Set.of("commit", "rollback", "savepoint", "rollbackTo");

  /** What a transaction has no part in. */
  private static final Set<String> ALWAYS_OUTSIDE =
      Set.of("begin", "storages", "plugins", "reloadPlugins");

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
              Map.entry("query", "query [JSON]"),
              Map.entry("count", "count [JSON]"),
              Map.entry("findOne", "findOne [JSON]"),
              Map.entry("aggregate", "aggregate JSON"),
              Map.entry("explain", "explain [JSON]"),
              Map.entry("createIndex", "createIndex JSON"),
              Map.entry("dropIndex", "dropIndex INDEX"),
              Map.entry("listIndexes", "listIndexes"),
              Map.entry("begin", "begin [ISOLATION]"),
              Map.entry("commit", "commit"),
              Map.entry("rollback", "rollback"),
              Map.entry("savepoint", "savepoint NAME"),
              Map.entry("rollbackTo", "rollbackTo SAVEPOINT"),
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
  private final Set<String> savepoints = new LinkedHashSet<>();
  private String storage;
  private String transaction = NONE;
  private int width = WIDTH;

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
            .completer((at, line, candidates) -> complete(line, candidates))
            .variable(LineReader.HISTORY_FILE, history)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    console.say("Type help for the commands, Tab to complete, Ctrl-D to leave.");
    while (true) {
      String line;
      try {
        line = reader.readLine(storage + (transaction.isEmpty() ? "> " : "*> ")).strip();
      } catch (UserInterruptException e) {
        continue; // Ctrl-C drops the line, as shells do
      } catch (EndOfFileException e) {
        return ExitCode.DONE;
      }
      if (line.equals("exit")) {
        return ExitCode.DONE;
      }
      if (!line.isEmpty()) {
        width = terminal.getWidth() > 0 ? terminal.getWidth() : WIDTH;
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
      show("", requests.answer(parsed("the request", line)));
    } catch (UsageException e) {
      console.say(String.valueOf(e.getMessage()));
    }
  }

  private void use(String name) {
    if (!transaction.isEmpty()) {
      console.say("A transaction on storage '" + storage + "' is open: commit or rollback first.");
    } else if (undercroft.names().contains(name)) {
      storage = name;
    } else {
      console.say("There is no storage '" + name + "'; there are " + undercroft.names() + ".");
    }
  }

  private void request(String op, String rest) {
    if (op.equals("begin") && !transaction.isEmpty()) {
      console.say("A transaction is open: commit or rollback first.");
      return;
    }
    JsonObjectBuilder request = Json.object().add("op", op).add("storage", storage);
    if (IN_A_TRANSACTION.contains(op) && transaction.isEmpty()) {
      console.say("There is no open transaction; begin one.");
      return;
    }
    if (!transaction.isEmpty() && !ALWAYS_OUTSIDE.contains(op)) {
      request.add("tx", transaction);
    }
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
        case "query", "count", "findOne", "explain" -> {
          if (!rest.isEmpty()) {
            request.add("query", parsed("the query", rest));
          }
        }
        case "aggregate" -> request.add("pipeline", parsed("the pipeline", rest));
        case "createIndex" -> request.add("index", parsed("the index", rest));
        case "dropIndex", "savepoint", "rollbackTo" ->
            request.add("name", Words.of(rest, "name").onlyOne());
        case "begin" -> {
          if (!rest.isEmpty()) {
            request.add("options", Json.object().add("isolation", rest));
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
    JsonObject asked = request.build();
    JsonObject answer = requests.answer(asked);
    if (answer.getBoolean("ok")) {
      follow(op, asked, answer);
    }
    if (!transaction.isEmpty() && !requests.isOpen(transaction)) {
      transaction = NONE;
      savepoints.clear();
    }
    show(op, answer);
  }

  /** Keeps in mind what later commands are a part of. */
  private void follow(String op, JsonObject asked, JsonObject answer) {
    if (op.equals("begin")) {
      transaction = answer.getString("result");
    } else if (op.equals("savepoint")) {
      savepoints.add(asked.getString("name"));
    }
  }

  private static JsonValue parsed(String what, String text) {
    return Json.parse(what, text);
  }

  private void show(String op, JsonObject answer) {
    if (answer.getBoolean("ok")) {
      JsonValue result = answer.get("result");
      if (result instanceof JsonArray rows && op.equals("query")) {
        Results.ofQuery(rows.getValuesAs(JsonObject.class).iterator()).printTo(console, width);
      } else if (result instanceof JsonArray rows
          && (op.equals("aggregate") || op.equals("listIndexes"))) {
        Results.ofDocuments(rows.iterator()).printTo(console, width);
      } else if (result != null && result != JsonValue.NULL) {
        console.give(result.toString());
      }
    } else {
      console.say(answer.getString("code") + ": " + answer.getString("message"));
    }
  }

  void complete(ParsedLine line, List<Candidate> candidates) {
    if (line.wordIndex() == 0) {
      USAGE.keySet().forEach(command -> candidates.add(new Candidate(command)));
      return;
    }
    if (line.wordIndex() > 1) {
      return;
    }
    String usage = USAGE.getOrDefault(line.words().get(0), "");
    try {
      if (usage.endsWith("STORAGE")) {
        offer(undercroft.names(), candidates);
      } else if (usage.endsWith("[ISOLATION]")) {
        offer(Arrays.stream(Isolation.values()).map(Isolation::name).toList(), candidates);
      } else if (usage.endsWith("SAVEPOINT")) {
        offer(savepoints, candidates);
      } else if (usage.endsWith("INDEX")) {
        List<IndexInfo> indexes =
            undercroft.storage(storage, JsonValue.class).indexed().listIndexes();
        offer(indexes.stream().map(index -> index.definition().name()).toList(), candidates);
      } else if (usage.contains("KEY")) {
        try (Stream<String> keys = undercroft.storage(storage, JsonValue.class).keys(line.word())) {
          offer(keys.limit(KEYS_OFFERED).toList(), candidates);
        }
      }
    } catch (StorageException e) {
      // a storage that cannot be asked has nothing to offer; the command itself will say why
    }
  }

  private static void offer(Collection<String> words, List<Candidate> candidates) {
    words.forEach(word -> candidates.add(new Candidate(word)));
  }

  /**
   * The words after a command.
   *
   * @param first the first word; in double quotes, as a JSON text, if it has blanks
   * @param rest what comes after it
   */
  private record Words(String first, String rest) {
    static Words of(String text) {
      return of(text, "key");
    }

    static Words of(String text, String what) {
      if (text.isEmpty()) {
        throw new UsageException("The " + what + " is missing");
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
