package io.undercroft.cli;

import static io.undercroft.storage.query.Field.field;
import static java.util.Comparator.comparing;

import io.undercroft.storage.Entry;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Query;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Show the main job on real data: 3,201 films go into memory, are read, written under a"
          + " condition and watched; then one line of configuration puts them into files that you"
          + " can open, and one command copies them into a database."
    })
final class DemoCommand extends UndercroftCommand implements UndercroftCommand.Runs {
  private static final String FILM = "Casino Royale";
  private static final int WATCH_SECONDS = 10;
  private static final int SHOWN_LINES = 6;
  private static final String TABLE = "sql";
  private static final String DIRECTOR = "Steven Spielberg";

  @Option(
      names = {"-d", "--directory"},
      paramLabel = "DIR",
      defaultValue = "undercroft-demo",
      description = "Where to put the configuration and the films (default: ./undercroft-demo).")
  Path directory = Path.of("undercroft-demo");

  private int step;

  DemoCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    Path home =
        home().orElseThrow(() -> new UsageException("run the demo by the launcher bin/undercroft"));
    Path films = home.resolve("samples/movies.json");
    if (!Files.isRegularFile(films)) {
      throw new UsageException(
          "the distribution lacks its sample '" + films + "'; unpack it again");
    }
    Path movies = directory.resolve("movies");
    Path config = directory.resolve("demo.yaml");
    if (Files.exists(movies) && !Files.exists(config)) {
      throw new UsageException(
          "'"
              + movies
              + "' is there and does not come from a demo; name another place: demo -d DIR");
    }
    Files.createDirectories(directory);
    String inMemory = "storage: {type: memory}";
    String inFiles = "storage: {type: file, path: " + quoted(movies, "''") + "}";

    String before;
    Files.writeString(config, inMemory + "\n");
    try (Undercroft undercroft = start(home, config)) {
      plugins(undercroft);
      Storage<JsonValue> storage = undercroft.storage(JsonValue.class);
      fill(storage, films);
      read(storage);
      conditions(storage);
      watch(storage);
      before = fingerprint(storage);
    }

    title("Switch the backend: one line of configuration, in " + config);
    tell("- " + inMemory);
    tell("+ " + inFiles);
    Files.writeString(config, inFiles + "\n");
    String after;
    try (Undercroft undercroft = start(home, config)) {
      Storage<JsonValue> storage = undercroft.storage(JsonValue.class);
      storage.clear();
      fill(storage, films);
      replay(storage);
      after = fingerprint(storage);
    }
    title("The same data, wherever it lies");
    tell("export from memory, sorted, SHA-256  " + before);
    tell("export from files,  sorted, SHA-256  " + after);
    if (!before.equals(after)) {
      throw new IllegalStateException("the two exports differ");
    }
    tell("identical.");
    showFile();
    String inTable =
        "storages: {"
            + TABLE
            + ": {type: sqlite, database: "
            + quoted(directory.resolve("movies.db"), "''")
            + "}}";
    Files.writeString(config, inFiles + "\n" + inTable + "\n");
    try (Undercroft undercroft = start(home, config)) {
      copy(undercroft, inTable, before);
    }
    title("Try next");
    String command = shown(System.getProperty("undercroft.command", "undercroft"));
    command += " -c " + shown(config.toString());
    tell(command + " get '" + FILM + "'");
    tell(command + " watch '*'      # and meanwhile edit a file in " + directory.resolve("movies"));
    tell(
        command
            + " query --storage "
            + TABLE
            + " '{\"where\": {\"field\": \"Director\", \"operator\": \"eq\", \"value\": \""
            + DIRECTOR
            + "\"}, \"limit\": 3}'");
    console().out().flush();
    return ExitCode.DONE;
  }

  /** Returns a path in single quotes, as YAML takes it. */
  private static String quoted(Object path, String quote) {
    return "'" + path.toString().replace("'", quote) + "'";
  }

  /** Returns a word of a command line as a shell takes it. */
  private static String shown(String word) {
    return word.matches("[\\w./\\\\:@+,=~-]+") ? word : quoted(word, "'\\''");
  }

  private static Undercroft start(Path home, Path config) {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .withoutClassPathPlugins()
        .config(config)
        .plugins(home.resolve("plugins"))
        .set("storage.plugins.trust", "lock")
        .open();
  }

  private void plugins(Undercroft undercroft) {
    title(
        "Plugins: what lies in the plugins folder is found, checked against plugins.lock,"
            + " isolated");
    for (PluginInfo plugin : undercroft.plugins()) {
      tell(
          plugin.id()
              + " "
              + plugin.version()
              + " from "
              + plugin.origin()
              + plugin.problem().map(problem -> ": " + problem).orElse(""));
    }
  }

  private void fill(Storage<JsonValue> storage, Path films) throws IOException {
    title(
        "Import the films, with the dirt that real data has: numbers as titles, a title missing,"
            + " titles twice");
    console().out().flush();
    long start = System.nanoTime();
    long count =
        new Importer(
                console(),
                Optional.of("Title"),
                ImportedEntries.Duplicates.NUMBER,
                ImportedEntries.Missing.NUMBER)
            .file(films, storage.batched());
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    tell(
        count
            + " films in "
            + millis
            + " ms into storage '"
            + storage.name()
            + "' (plugin "
            + storage.info().plugin()
            + "), which now has "
            + Count.entries(storage.size()));
  }

  private void read(Storage<JsonValue> storage) {
    title("Read one");
    JsonObject film = film(storage).value().asJsonObject();
    tell("get '" + FILM + "'");
    tell(
        "  Director "
            + film.get("Director")
            + ", Release Date "
            + film.get("Release Date")
            + ", IMDB Rating "
            + film.get("IMDB Rating"));
    try (Stream<String> alike = storage.keys("The Ring")) {
      tell("keys 'The Ring*': " + Json.texts(alike.sorted().toList()));
    }
  }

  private static Entry<JsonValue> film(Storage<JsonValue> storage) {
    return storage
        .entry(FILM)
        .orElseThrow(() -> new IllegalStateException("the sample lacks '" + FILM + "'"));
  }

  private void conditions(Storage<JsonValue> storage) {
    title("Two people edit the same film: the second one is told, and nothing is lost");
    Entry<JsonValue> seenByAnn = film(storage);
    Entry<JsonValue> seenByBen = film(storage);
    tell("Ann and Ben both read version " + seenByAnn.version());
    Entry<JsonValue> written = rate(storage, seenByAnn, "Ann");
    tell("Ann writes ifVersion " + seenByAnn.version() + ": done, version " + written.version());
    try {
      rate(storage, seenByBen, "Ben");
      throw new IllegalStateException("a stale version was accepted");
    } catch (StorageException conflict) {
      tell("Ben writes ifVersion " + seenByBen.version() + ":");
      tell("  " + conflict.getMessage());
    }
    rate(storage, film(storage), "Ben");
    tell("Ben reads again and writes: done");
  }

  private static Entry<JsonValue> rate(
      Storage<JsonValue> storage, Entry<JsonValue> seen, String who) {
    return storage.set(
        FILM, rated(seen.value().asJsonObject(), who), SetOptions.ifVersion(seen.version()));
  }

  private static JsonObject rated(JsonObject film, String who) {
    JsonObjectBuilder out = Json.object();
    film.forEach(out::add);
    return out.add("Rated by " + who, true).build();
  }

  private void watch(Storage<JsonValue> storage) throws Exception {
    title("Watch: changes come to whoever asks");
    CompletableFuture<Change<JsonValue>> seen = new CompletableFuture<>();
    Subscription watching = storage.observable().watch("The *", seen::complete);
    try {
      storage.set("The Ring (director's cut)", Json.object().add("Title", "The Ring").build());
      Change<JsonValue> change = seen.get(WATCH_SECONDS, TimeUnit.SECONDS);
      tell("watch 'The *' saw: " + change.type() + " '" + change.key() + "'");
    } finally {
      watching.close();
    }
    storage.delete("The Ring (director's cut)");
  }

  /** Does to the files what was done to the memory, so that both hold the same. */
  private static void replay(Storage<JsonValue> storage) {
    rate(storage, film(storage), "Ann");
    rate(storage, film(storage), "Ben");
  }

  private static String fingerprint(Storage<JsonValue> storage) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (Stream<Entry<JsonValue>> entries = storage.entries()) {
      entries
          .map(entry -> Json.exported(entry).toString())
          .sorted()
          .forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void showFile() throws IOException {
    Path folder = directory.resolve("movies");
    title("And a person can read it");
    try (Stream<Path> files = Files.list(folder)) {
      Path file =
          files
              .filter(path -> path.getFileName().toString().endsWith(".json"))
              .min(
                  comparing((Path path) -> path.toString().contains("%")) // plain names first
                      .thenComparing(Path::getFileName))
              .orElseThrow(() -> new IllegalStateException("no film lies in " + folder));
      tell(file.toString());
      try (Stream<String> lines = Files.lines(file)) {
        lines.limit(SHOWN_LINES).forEach(line -> tell("  " + line));
      }
      tell("  …");
    }
  }

  private void copy(Undercroft undercroft, String inTable, String before) {
    title("Into a database: one more line, and copy");
    tell("+ " + inTable);
    Storage<JsonValue> files = undercroft.storage(JsonValue.class);
    Storage<JsonValue> table = undercroft.storage(TABLE, JsonValue.class);
    table.clear();
    tell("copy --from " + files.name() + " --to " + TABLE);
    console().out().flush();
    Copier.Copied copied = Copier.copy(console(), files, table);
    tell("  " + copied.written() + " films copied, read back and compared: " + copied.verified());
    if (!fingerprint(table).equals(before)) {
      throw new IllegalStateException("what was copied differs");
    }
    tell("export from the table, sorted, SHA-256: the same");
    Condition his = field("Director").eq(DIRECTOR);
    QueryableStorage<JsonValue> films = table.queryable();
    tell(
        "count Director = '"
            + DIRECTOR
            + "': "
            + films.count(Query.where(his))
            + ", evaluated by "
            + table.info().details().get("engine")
            + " "
            + table.info().details().get("engineVersion"));
  }

  private void title(String words) {
    console().give((step == 0 ? "" : "\n") + ++step + ". " + words);
  }

  private void tell(String words) {
    console().give("   " + words);
  }
}
