package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions and indexes on the command line. */
final class QuestionsTest {
  @TempDir Path temporary;

  @BeforeEach
  void writeFourFilms() throws IOException {
    IndexedLedgerPlugin.INDEXES.clear();
    Path films =
        Files.writeString(
            temporary.resolve("films.ndjson"),
            """
            {"key":"alien","value":{"title":"Alien","year":1979,"genre":"Horror","cast":["Weaver","Hurt"]}}
            {"key":"ed","value":{"title":"Ed Wood","year":1994,"genre":"Drama","rating":7.9}}
            {"key":"heat","value":{"title":"Heat","year":1995,"genre":"Drama","rating":null}}
            {"key":"up","value":{"title":"Up","year":2009,"genre":"Animation","rating":8.2}}
            """);
    assertThat(on("import", films.toString()).status()).isZero();
  }

  private Run on(String... arguments) {
    return Run.of(place(arguments));
  }

  private String[] place(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("-Dstorage.type=file", "-Dstorage.path=" + temporary.resolve("films.json")));
    all.addAll(Arrays.asList(arguments));
    return all.toArray(String[]::new);
  }

  private static Run onLedger(String... arguments) {
    return Run.of(ledger(arguments));
  }

  private static String[] ledger(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-Dstorage.type=indexed-ledger"));
    all.addAll(Arrays.asList(arguments));
    return all.toArray(String[]::new);
  }

  @Test
  void aQueryGivesALineForEachEntryThatMatches() {
    Run run =
        on(
            "query",
            """
            {"where": {"field": "genre", "operator": "eq", "value": "Drama"},
             "orderBy": [{"field": "year", "direction": "desc"}], "select": ["title", "rating"]}
            """);
    assertThat(run.lines())
        .containsExactly(
            "{\"key\":\"heat\",\"value\":{\"title\":\"Heat\",\"rating\":null}}",
            "{\"key\":\"ed\",\"value\":{\"title\":\"Ed Wood\",\"rating\":7.9}}");
    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
  }

  @Test
  void withoutAQueryItIsEverything() {
    assertThat(on("query").lines()).hasSize(4);
    assertThat(on("count").out()).isEqualTo("4\n");
  }

  @Test
  void aQueryMayComeFromStandardInput() {
    String query = "{\"where\":{\"field\":\"cast\",\"operator\":\"eq\",\"value\":\"Hurt\"}}";
    assertThat(Run.withInput(query, place("query", "-")).out()).startsWith("{\"key\":\"alien\",");
    assertThat(Run.withInput(query, place("count", "-")).out()).isEqualTo("1\n");
    assertThat(Run.withInput("[{\"count\":\"films\"}]", place("aggregate", "-")).out())
        .isEqualTo("{\"films\":4}\n");
  }

  @Test
  void thePageAfterACursorIsTheNextOne() {
    String page = "{\"orderBy\":[{\"field\":\"year\"}],\"limit\":2,\"select\":[\"year\"]";
    List<String> first = on("query", page + "}", "--cursors").lines();
    assertThat(first).hasSize(2);
    JsonObject last = Json.parse("the line", first.get(1)).asJsonObject();
    assertThat(last.keySet()).containsExactly("key", "value", "cursor");
    assertThat(on("query", page + ",\"after\":" + last.get("cursor") + "}").lines())
        .containsExactly(
            "{\"key\":\"heat\",\"value\":{\"year\":1995}}",
            "{\"key\":\"up\",\"value\":{\"year\":2009}}");
  }

  @Test
  void metadataStandsBesideTheValue() {
    on("set", "m", "{\"year\":1931}", "-m", "by=Fritz");
    assertThat(
            on("query", "{\"where\":{\"field\":\"year\",\"operator\":\"lt\",\"value\":1950}}")
                .out())
        .isEqualTo("{\"key\":\"m\",\"value\":{\"year\":1931},\"metadata\":{\"by\":\"Fritz\"}}\n");
  }

  @Test
  void onATerminalItIsATableThatFitsTheLine() {
    on("set", "long", "{\"title\":\"" + "x".repeat(300) + "\\u001b[31m\",\"year\":1,\"b\":\"y\"}");
    Run run =
        Run.onTerminal(
            place(
                "query",
                "{\"orderBy\":[{\"field\":\"year\"}],\"select\":[\"title\",\"year\",\"rating\"]}"));
    assertThat(run.lines().get(0)).startsWith("KEY    title").contains("year  rating");
    assertThat(run.lines().get(1)).startsWith("long   xxx").endsWith("x…     1");
    assertThat(run.lines().get(2)).startsWith("alien  Alien  ").endsWith("  1979");
    assertThat(run.lines().get(3)).endsWith("  1994     7.9");
    assertThat(run.lines().get(4)).endsWith("  1995    null");
    assertThat(run.lines()).hasSize(6).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    assertThat(run.err()).isEqualTo("5 rows.\n");
    assertThat(Run.onTerminal(place("query", "--output", "json")).lines().get(0))
        .startsWith("{\"key\":");
  }

  @Test
  void fieldsWithoutRoomAreNamed() {
    StringBuilder wide = new StringBuilder("{\"a\":1");
    for (char c = 'b'; c <= 'z'; c++) {
      wide.append(",\"").append(c).append("\":\"").append(String.valueOf(c).repeat(30)).append('"');
    }
    on("clear", "--yes");
    on("set", "wide", wide + "}");
    Run run = Run.onTerminal(place("query"));
    assertThat(run.out()).startsWith("KEY   a  b");
    assertThat(run.err())
        .contains("1 row.")
        .contains("Not shown: ")
        .contains(", z. Choose fields by");
  }

  @Test
  void whatIsStoredDoesNotSteerTheTerminal() {
    on("set", "esc", "{\"title\":\"\\u001b[31mred\\u202e\",\"year\":1}");
    assertThat(
            Run.onTerminal(place("query", "{\"limit\":2,\"orderBy\":[{\"field\":\"year\"}]}"))
                .out())
        .contains("\\u001b[31mred\\u202e")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
  }

  @Test
  void theFirstThatMatchesIsAValueAndNoneIsStatusOne() {
    Run found = on("findone", "{\"orderBy\":[{\"field\":\"year\"}],\"select\":[\"title\"]}");
    assertThat(found.out()).isEqualTo("{\"title\":\"Alien\"}\n");
    Run none = on("findone", "{\"where\":{\"field\":\"year\",\"operator\":\"gt\",\"value\":3000}}");
    assertThat(none.status()).isEqualTo(ExitCode.FALSE);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("storage 'default' has no entry that matches");
  }

  @Test
  void aPipelineGivesALineForEachDocument() {
    String pipeline =
        """
        [{"match": {"field": "year", "operator": "gt", "value": 1980}},
         {"group": {"by": "genre", "accumulators": {
             "films": {"function": "count"}, "best": {"function": "max", "field": "rating"},
             "titles": {"function": "push", "field": "title"}}}},
         {"sort": [{"field": "films", "direction": "desc"}]}]
        """;
    assertThat(on("aggregate", pipeline).lines())
        .containsExactly(
            "{\"_id\":\"Drama\",\"films\":2,\"best\":7.9,\"titles\":[\"Ed Wood\",\"Heat\"]}",
            "{\"_id\":\"Animation\",\"films\":1,\"best\":8.2,\"titles\":[\"Up\"]}");
    assertThat(Run.onTerminal(place("aggregate", pipeline)).lines())
        .containsExactly(
            "_id        films  best  titles",
            "Drama          2   7.9  [\"Ed Wood\",\"Heat\"]",
            "Animation      1   8.2  [\"Up\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "query | {\"where\":{\"operator\":\"and\",\"conditions\":[{\"field\":\"a\",\"operator\":\"eqq\",\"value\":1}]}}"
            + " | at where.conditions[0].operator: 'eqq' is unknown; did you mean 'eq'?",
        "count | {\"wheer\":{}} | unknown member 'wheer'; did you mean 'where'?",
        "findone | {\"limit\":-1} | at limit: a whole number of 0 or more was expected",
        "query | {\"where\":{\"field\":\"a\",\"operator\":\"regex\",\"value\":\"(\"}} | '('",
        "query | {\"where\": | the query cannot be read",
        "aggregate | [{\"match\":{\"field\":\"a..b\",\"operator\":\"exists\"}}] | at [0].match: field path 'a..b'",
        "aggregate | {} | an array was expected, not an object",
        "explain | {\"orderBy\":[{\"field\":\"a\",\"direction\":\"up\"}]} | at orderBy[0].direction: 'up' is unknown",
      })
  void aWrongQuestionIsStatusTwoAndNamesThePlace(String command, String question, String says) {
    Run run = on(command, question);
    assertThat(run.status()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("INVALID_QUERY").contains(says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"query", "count", "findone", "aggregate", "explain"})
  void helpShowsAnExampleThatWorks(String command) {
    String help = Run.of(command, "--help").out();
    assertThat(help).contains("Example:");
    String example =
        help.substring(help.indexOf("undercroft " + command, help.indexOf("Example:")));
    String question = example.substring(example.indexOf('\'') + 1, example.lastIndexOf('\''));
    Run run = onLedger(command, question);
    assertThat(run.err()).doesNotContain("INVALID");
    assertThat(run.status()).isEqualTo(command.equals("findone") ? ExitCode.FALSE : ExitCode.DONE);
  }

  @Test
  void wordsAndPlacesAreSearchedOnceThereIsAnIndex() {
    on("set", "bonn", "{\"at\":{\"type\":\"Point\",\"coordinates\":[7.1,50.7]}}");
    String words =
        "{\"where\":{\"field\":\"title\",\"operator\":\"search\",\"value\":\"wood -alien\"}}";
    Run refused = on("query", words);
    assertThat(refused.status()).isEqualTo(ExitCode.FAILURE);
    assertThat(refused.err()).contains("undercroft index create", "'title'", "--type fulltext");
    assertThat(on("index", "create", "words", "title", "--type", "fulltext").status()).isZero();
    assertThat(on("index", "create", "places", "at", "--type", "spatial").status()).isZero();
    Run found = on("query", words);
    assertThat(found.err()).isEmpty();
    JsonObject line = Json.parse("the line", found.out()).asJsonObject();
    assertThat(line.keySet()).containsExactly("key", "value", "score");
    assertThat(line.getString("key")).isEqualTo("ed");
    assertThat(
            on(
                    "query",
                    """
                    {"where":{"field":"at","operator":"near",
                      "value":{"type":"Point","coordinates":[7,50.7],"maxDistance":20000}}}
                    """)
                .out())
        .startsWith("{\"key\":\"bonn\",");
    assertThat(on("index", "list").lines())
        .hasSize(2)
        .anyMatch(index -> index.contains("\"type\":\"spatial\""));
  }

  @Test
  void indexesAreCreatedListedAndDropped() {
    assertThat(onLedger("index", "create", "by-year", "year", "a.b:desc", "--unique").status())
        .isZero();
    assertThat(
            onLedger("index", "create", "words", "title", "--type=fulltext", "--sparse").status())
        .isZero();
    assertThat(onLedger("index", "list").lines())
        .containsExactly(
            "{\"name\":\"by-year\",\"type\":\"ordered\",\"fields\":[{\"field\":\"year\",\"direction\":\"asc\"},"
                + "{\"field\":\"a.b\",\"direction\":\"desc\"}],\"unique\":true,\"sparse\":false,"
                + "\"building\":false,\"entries\":3,\"hits\":2,\"misses\":1}",
            "{\"name\":\"words\",\"type\":\"fulltext\",\"fields\":[{\"field\":\"title\",\"direction\":\"asc\"}],"
                + "\"unique\":false,\"sparse\":true,\"building\":false,\"entries\":3,\"hits\":2,\"misses\":1}");
    assertThat(Run.onTerminal(ledger("index", "list")).lines())
        .containsExactly(
            "NAME     TYPE              STATE  ENTRIES  BYTES  HITS  MISSES  FIELDS",
            "by-year  ordered, unique   ready  3        ?      2     1       year, a.b:desc",
            "words    fulltext, sparse  ready  3        ?      2     1       title");
    Run dropped = onLedger("index", "drop", "words");
    assertThat(dropped.out()).isEqualTo("true\n");
    assertThat(onLedger("index", "drop", "words").status()).isEqualTo(ExitCode.FALSE);
    assertThat(onLedger("index", "list").lines()).hasSize(1);
  }

  @Test
  void wrongUsageOfIndexIsStatusTwo() {
    Run none = onLedger("index");
    assertThat(none.status()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("create, drop or list").contains("undercroft index --help");
    Run name = onLedger("index", "create", "a b", "year");
    assertThat(name.status()).isEqualTo(ExitCode.USAGE);
    assertThat(name.err()).contains("index name 'a b' is not valid");
    Run field = onLedger("index", "create", "a");
    assertThat(field.status()).isEqualTo(ExitCode.USAGE);
    assertThat(field.err()).contains("FIELD").contains("Try 'undercroft index create --help'");
  }

  @Test
  void howAQueryIsAnsweredIsOneObject() {
    String query = "{\"where\":{\"field\":\"year\",\"operator\":\"gt\",\"value\":1980}}";
    JsonObject explained = Json.parse("the line", onLedger("explain", query).out()).asJsonObject();
    assertThat(explained.getString("support")).isEqualTo("emulated");
    assertThat(explained.getJsonArray("indexes")).isEmpty();
    assertThat(explained.get("residual"))
        .isEqualTo(Json.parse("it", "{\"field\":\"year\",\"operator\":\"gt\",\"value\":1980}"));
    assertThat(explained.getBoolean("orderPushedDown")).isFalse();
    assertThat(explained).doesNotContainKey("pushedDown");
    assertThat(Run.onTerminal(ledger("explain", query)).out())
        .contains("residual")
        .contains("year");
  }

  @Test
  void aStorageThatCannotSaysSoInItsOwnWords() {
    Run run = onLedger("-Dstorage.emulation=native-only", "query", "{\"limit\":1}");
    assertThat(run.status()).isEqualTo(ExitCode.FAILURE);
    assertThat(run.err()).contains("UNSUPPORTED").contains("default").contains("QueryableStorage");
  }
}
