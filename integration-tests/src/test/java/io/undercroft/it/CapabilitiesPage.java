package io.undercroft.it;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.TransactionalStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes {@code docs/capabilities.md} of what the testkit has recorded. */
final class CapabilitiesPage {
  /** The records that the page is made of, beside it. */
  static final Path RECORDS = Path.of("../docs/capabilities");

  private static final String PLUGIN_JDBC = "plugin-jdbc";
  private static final String PLUGIN_REDIS = "plugin-redis";

  /** A backend of the page, and the test of its contracts. */
  enum Column {
    MEMORY("memory", "runtime", "runtime.memory.MemoryContractTest"),
    FOLDER("file, folder", "plugin-file", "plugin.file.FolderContractTest"),
    DOCUMENT("file, document", "plugin-file", "plugin.file.DocumentContractTest"),
    SQLITE("sqlite", PLUGIN_JDBC, "plugin.jdbc.SqliteContractTest"),
    POSTGRESQL("PostgreSQL", PLUGIN_JDBC, "plugin.jdbc.PostgresContractTest"),
    MARIADB("MariaDB", PLUGIN_JDBC, "plugin.jdbc.MariaDbContractTest"),
    H2("H2", PLUGIN_JDBC, "plugin.jdbc.H2ContractTest"),
    REDIS("redis", PLUGIN_REDIS, "plugin.redis.StandaloneContractTest"),
    SENTINELS("redis, Sentinels", PLUGIN_REDIS, "plugin.redis.SentinelContractTest"),
    CLUSTER("redis, cluster", PLUGIN_REDIS, "plugin.redis.ClusterContractTest"),
    PARTS("redis, 5 parts", PLUGIN_REDIS, "plugin.redis.PartedContractTest");

    private final String title;
    private final String module;
    private final String test;

    Column(String title, String module, String test) {
      this.title = title;
      this.module = module;
      this.test = "io.undercroft." + test;
    }

    /** Returns where the build leaves the record of its test. */
    Path fresh() {
      return Path.of("..", module, "target", "contracts", test + ".properties");
    }

    /** Returns where the record lies that the page is made of. */
    Path kept() {
      return RECORDS.resolve(name().toLowerCase(Locale.ROOT) + ".properties");
    }

    String simpleTest() {
      return test.substring(test.lastIndexOf('.') + 1);
    }

    Map<String, String> record() throws IOException {
      return read(kept());
    }
  }

  private static final String HEAD =
      """
      # What each backend can

      <!-- Made of docs/capabilities/*.properties, which the testkit wrote. To record and make it anew, run
      %s -->

      **native**: the backend does it itself. **emulated**: the runtime does it above the backend, with the same meaning; `emulation=native-only` refuses that instead. **–**: refused, with what there is instead. The application sees the same by `storage.info()`, a person by `undercroft storages`; layers may take something away ([layers.md](layers.md)), and `read-only` does.

      """;

  private static final String CONTRACTS =
      """

      ## How the contracts went

      How many tests of the [testkit](plugin-authors.md#2-test-it) passed, as recorded on %s; in brackets how many do not apply, because the backend does not declare what they ask for, or are switched off in its test, where the reason stands. Sentinels were tested at the level of the SPI only. The whole is run by every build, MariaDB by the profile `mariadb`.

      """;

  private CapabilitiesPage() {}

  /** Reads a record: {@code name=text} in each line. */
  static Map<String, String> read(Path record) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    for (String line : Files.readAllLines(record)) {
      int equals = line.indexOf('=');
      all.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return all;
  }

  /** Takes over every record that the build has left. */
  static void keepFreshRecords() throws IOException {
    Files.createDirectories(RECORDS);
    for (Column column : Column.values()) {
      if (Files.exists(column.fresh())) {
        Files.copy(column.fresh(), column.kept(), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** Returns the whole page. */
  static String text() throws IOException {
    Map<Column, Map<String, String>> records = new LinkedHashMap<>();
    for (Column column : Column.values()) {
      records.put(column, column.record());
    }
    StringBuilder page = new StringBuilder(HEAD.formatted(CapabilitiesPageTest.COMMAND));
    page.append(declared(records));
    SortedSet<String> days = new TreeSet<>();
    records.values().forEach(record -> days.add(record.getOrDefault("on", "?")));
    page.append(CONTRACTS.formatted(String.join(", ", days)));
    page.append(contracts(records));
    return page.toString();
  }

  private static String declared(Map<Column, Map<String, String>> all) {
    Map<Column, Map<String, String>> records = new LinkedHashMap<>(all);
    records.remove(Column.SENTINELS); // as one server
    StringBuilder table = new StringBuilder(head(records));
    Map<String, Class<?>> capabilities = new LinkedHashMap<>();
    capabilities.put("batches", BatchStorage.class);
    capabilities.put("queries", QueryableStorage.class);
    capabilities.put("indexes", IndexedStorage.class);
    capabilities.put("transactions", TransactionalStorage.class);
    capabilities.put("watch, events", ObservableStorage.class);
    capabilities.put("nodes, levels of consistency", DistributedStorage.class);
    capabilities.forEach(
        (words, type) ->
            table.append(
                row(
                    words + ": `" + type.getSimpleName() + "`",
                    records,
                    record -> record.getOrDefault("capability." + type.getSimpleName(), "–"))));
    table.append(row("atomic `batch()`", records, record -> has(record, "Commit")));
    table.append(
        row("kinds of indexes", records, record -> lower(record.getOrDefault("indexes", "–"))));
    table.append(row("isolation", records, CapabilitiesPage::isolation));
    table.append(row("hears what other processes change", records, CapabilitiesPage::others));
    table.append(
        row(
            "processes that write at a time",
            records,
            record -> record.getOrDefault("processes", "?")));
    table.append(
        row(
            "outlives the process",
            records,
            record -> record.getOrDefault("persistent", "").equals("true") ? "yes" : "–"));
    table.append(row("a key, at most", records, record -> bytes(record, "keyBytes")));
    table.append(row("a value", records, record -> bytes(record, "valueBytes")));
    table.append(row("metadata of an entry", records, record -> bytes(record, "metadataBytes")));
    table.append(row("operations of an atomic batch", records, CapabilitiesPage::operations));
    return table.toString();
  }

  private static String has(Map<String, String> record, String facet) {
    return List.of(record.getOrDefault("facets", "").split(", ", -1)).contains(facet) ? "yes" : "–";
  }

  private static String others(Map<String, String> record) {
    return has(record, "Changes");
  }

  private static String isolation(Map<String, String> record) {
    return Stream.of(record.getOrDefault("isolation", "–").split(", ", -1))
        .reduce((weaker, stronger) -> stronger)
        .map(level -> level.equals("–") ? level : "up to " + lower(level).replace('_', ' '))
        .orElseThrow();
  }

  private static String operations(Map<String, String> record) {
    return has(record, "Commit").equals("yes")
        ? record.getOrDefault("limit.commitEntries", "–")
        : "–";
  }

  private static String lower(String words) {
    return words.toLowerCase(Locale.ROOT);
  }

  private static String bytes(Map<String, String> record, String limit) {
    long bytes = Long.parseLong(record.getOrDefault("limit." + limit, "0"));
    return bytes % (1 << 20) == 0
        ? (bytes >> 20) + " MiB"
        : bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }

  private static String contracts(Map<Column, Map<String, String>> records) {
    SortedSet<String> names = new TreeSet<>();
    records.values().forEach(record -> names.addAll(record.keySet()));
    names.removeIf(name -> !name.startsWith("contract."));
    StringBuilder table = new StringBuilder(head(records));
    for (String name : names) {
      table.append(
          row(
              "`" + name.substring("contract.".length()) + "`",
              records,
              record -> went(record.getOrDefault(name, ""))));
    }
    return table.toString();
  }

  /** Returns {@code 7 (2)} for {@code passed 7, skipped 1, disabled 1}. */
  private static String went(String outcomes) {
    int passed = 0;
    int left = 0;
    String failed = "";
    for (String each : outcomes.isEmpty() ? new String[0] : outcomes.split(", ", -1)) {
      String[] count = each.split(" ", -1);
      switch (count[0]) {
        case "passed" -> passed = Integer.parseInt(count[1]);
        case "skipped", "disabled" -> left += Integer.parseInt(count[1]);
        default -> failed = " **" + each + "**";
      }
    }
    List<String> words = new ArrayList<>();
    if (passed > 0) {
      words.add(String.valueOf(passed));
    }
    if (left > 0) {
      words.add("(" + left + ")");
    }
    return String.join(" ", words) + failed;
  }

  private static String head(Map<Column, ?> records) {
    return "| | "
        + records.keySet().stream().map(column -> column.title).collect(Collectors.joining(" | "))
        + " |\n|---|"
        + "---|".repeat(records.size())
        + "\n";
  }

  private static String row(
      String words,
      Map<Column, Map<String, String>> records,
      Function<Map<String, String>, String> cell) {
    return records.values().stream()
        .map(cell)
        .collect(Collectors.joining(" | ", "| " + words + " | ", " |\n"));
  }
}
