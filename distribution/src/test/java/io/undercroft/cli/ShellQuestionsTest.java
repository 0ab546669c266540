package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Undercroft;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions, indexes and transactions as requests of the shell. */
final class ShellQuestionsTest {
  @TempDir static Path temporary;

  private final Undercroft undercroft =
      Undercroft.builder()
          .withoutAmbientConfig()
          .set("storage.type", "indexed-ledger")
          .set("storages.other.type", "indexed-ledger")
          .set("storages.bare.type", "indexed-ledger")
          .set("storages.bare.emulation", "native-only")
          .set("storages.plain.type", "memory")
          .set("storages.plain.emulation", "native-only")
          .set("storages.memory.type", "memory")
          .set("storages.folder.type", "file")
          .set("storages.folder.path", temporary.resolve("folder").toString())
          .set("storages.document.type", "file")
          .set("storages.document.path", temporary.resolve("document.json").toString())
          .open();
  private final Requests requests = new Requests(Run.silent(), undercroft, "default");

  @BeforeEach
  void noIndexes() {
    IndexedLedgerPlugin.INDEXES.clear();
  }

  @AfterEach
  void close() {
    requests.close();
    undercroft.close();
  }

  private JsonObject ask(String request) {
    return requests.answer(Json.parse("the request", request));
  }

  /** Asks what must go well. */
  private JsonValue result(String request) {
    JsonObject answer = ask(request);
    assertThat(answer.getBoolean("ok")).as(request + " " + answer).isTrue();
    return answer.getValue("/result");
  }

  private void refused(String request, String code, String says) {
    JsonObject answer = ask(request);
    assertThat(answer.getBoolean("ok")).as(request).isFalse();
    assertThat(answer.getString("code")).as(request).isEqualTo(code);
    assertThat(answer.getString("message")).as(request).contains(says);
  }

  private String begin(String members) {
    JsonValue id = result("{\"op\":\"begin\"" + members + "}");
    assertThat(id.getValueType()).isEqualTo(JsonValue.ValueType.STRING);
    return id.toString();
  }

  @Test
  void questionsAreAnsweredInTheShapesOfTheApi() {
    result(
        "{\"op\":\"setMany\",\"values\":{\"a\":{\"n\":1},\"b\":{\"n\":2.50},\"c\":{\"n\":null}}}");
    String numbers =
        "\"query\":{\"where\":{\"field\":\"n\",\"operator\":\"gt\",\"value\":0},\"orderBy\":[{\"field\":\"n\",\"direction\":\"desc\"}]}";
    assertThat(result("{\"op\":\"query\"," + numbers + "}"))
        .hasToString(
            "[{\"key\":\"b\",\"value\":{\"n\":2.50}},{\"key\":\"a\",\"value\":{\"n\":1}}]");
    assertThat(result("{\"op\":\"count\"," + numbers + "}")).hasToString("2");
    assertThat(result("{\"op\":\"count\"}")).hasToString("3");
    assertThat(result("{\"op\":\"findOne\"," + numbers + "}")).hasToString("{\"n\":2.50}");
    assertThat(result("{\"op\":\"findOne\",\"query\":{\"limit\":0}}")).isEqualTo(JsonValue.NULL);
    assertThat(
            result(
                "{\"op\":\"aggregate\",\"pipeline\":[{\"group\":{\"by\":null,\"accumulators\":{\"s\":{\"function\":\"sum\",\"field\":\"n\"},\"all\":{\"function\":\"push\",\"field\":\"n\"}}}}]}"))
        .hasToString("[{\"_id\":null,\"s\":3.5,\"all\":[1,2.50,null]}]");
    assertThat(result("{\"op\":\"query\",\"query\":{\"limit\":1},\"cursors\":true}").toString())
        .startsWith("[{\"key\":\"a\",\"value\":{\"n\":1},\"cursor\":\"");
    assertThat(result("{\"op\":\"explain\"," + numbers + "}").asJsonObject().getString("support"))
        .isEqualTo("emulated");
  }

  @Test
  void indexesAreMadeByTheirDefinition() {
    String index = "\"index\":{\"name\":\"by-n\",\"fields\":[\"n\"]}";
    assertThat(result("{\"op\":\"createIndex\"," + index + "}")).isEqualTo(JsonValue.NULL);
    assertThat(result("{\"op\":\"listIndexes\"}").asJsonArray())
        .hasSize(1)
        .first()
        .satisfies(one -> assertThat(one.asJsonObject().getString("name")).isEqualTo("by-n"));
    assertThat(result("{\"op\":\"dropIndex\",\"name\":\"by-n\"}")).isEqualTo(JsonValue.TRUE);
    assertThat(result("{\"op\":\"dropIndex\",\"name\":\"by-n\"}")).isEqualTo(JsonValue.FALSE);
    assertThat(result("{\"op\":\"listIndexes\"}")).isEqualTo(JsonValue.EMPTY_JSON_ARRAY);
  }

  @Test
  void aWrongQuestionNamesThePlace() {
    refused(
        "{\"op\":\"query\",\"query\":{\"where\":{\"field\":\"n\",\"operator\":\"gtt\",\"value\":1}}}",
        "INVALID_QUERY",
        "at where.operator: 'gtt' is unknown");
    refused("{\"op\":\"query\",\"query\":7}", "INVALID_QUERY", "an object was expected");
    refused("{\"op\":\"aggregate\"}", "INVALID_QUERY", "'pipeline' is missing");
    refused("{\"op\":\"aggregate\",\"pipeline\":[{}]}", "INVALID_QUERY", "at [0]: a stage has one");
    refused(
        "{\"op\":\"createIndex\",\"index\":{\"name\":\"a\"}}",
        "INVALID_QUERY",
        "'fields' is missing");
    refused("{\"op\":\"dropIndex\"}", "INVALID_QUERY", "'name' is missing");
  }

  @Test
  void whatAStorageDoesNotOfferIsRefusedInItsOwnWords() {
    refused("{\"op\":\"query\",\"storage\":\"bare\"}", "UNSUPPORTED", "QueryableStorage");
    refused("{\"op\":\"explain\",\"storage\":\"bare\"}", "UNSUPPORTED", "IndexedStorage");
    refused("{\"op\":\"listIndexes\",\"storage\":\"bare\"}", "UNSUPPORTED", "IndexedStorage");
    refused("{\"op\":\"begin\",\"storage\":\"plain\"}", "UNSUPPORTED", "TransactionalStorage");
    refused(
        "{\"op\":\"begin\",\"options\":{\"isolation\":\"READ_COMMITTED\"}}",
        "UNSUPPORTED",
        "READ_COMMITTED");
  }

  @Test
  void aTransactionIsSeenByOthersWhenItIsCommitted() {
    result("{\"op\":\"set\",\"key\":\"a\",\"value\":{\"n\":1}}");
    String tx = ",\"tx\":" + begin("");
    assertThat(result("{\"op\":\"set\",\"key\":\"b\",\"value\":{\"n\":2}" + tx + "}"))
        .isEqualTo(JsonValue.NULL);
    result("{\"op\":\"delete\",\"key\":\"a\"" + tx + "}");
    assertThat(result("{\"op\":\"count\"" + tx + "}")).hasToString("1");
    assertThat(result("{\"op\":\"query\"" + tx + "}"))
        .hasToString("[{\"key\":\"b\",\"value\":{\"n\":2}}]");
    assertThat(result("{\"op\":\"keys\"" + tx + "}")).hasToString("[\"b\"]");
    assertThat(result("{\"op\":\"keys\"}")).hasToString("[\"a\"]");
    assertThat(result("{\"op\":\"commit\"" + tx + "}")).isEqualTo(JsonValue.NULL);
    assertThat(result("{\"op\":\"keys\"}")).hasToString("[\"b\"]");
    refused("{\"op\":\"get\",\"key\":\"a\"" + tx + "}", "TRANSACTION_ABORTED", "it is over");
    refused("{\"op\":\"commit\"" + tx + "}", "TRANSACTION_ABORTED", "it is over");
    assertThat(result("{\"op\":\"rollback\"" + tx + "}")).isEqualTo(JsonValue.NULL);
    assertThat(result("{\"op\":\"keys\"}")).hasToString("[\"b\"]");
  }

  @Test
  void aRollbackForgetsAndASavepointForgetsAPart() {
    String tx =
        ",\"tx\":" + begin(",\"options\":{\"isolation\":\"serializable\",\"timeout\":\"1m\"}");
    result("{\"op\":\"set\",\"key\":\"a\",\"value\":1" + tx + "}");
    assertThat(result("{\"op\":\"savepoint\",\"name\":\"s\"" + tx + "}")).isEqualTo(JsonValue.NULL);
    result("{\"op\":\"set\",\"key\":\"b\",\"value\":2" + tx + "}");
    assertThat(result("{\"op\":\"rollbackTo\",\"name\":\"s\"" + tx + "}"))
        .isEqualTo(JsonValue.NULL);
    assertThat(result("{\"op\":\"keys\"" + tx + "}")).hasToString("[\"a\"]");
    refused("{\"op\":\"rollbackTo\",\"name\":\"t\"" + tx + "}", "KEY_NOT_FOUND", "t");
    assertThat(result("{\"op\":\"rollback\"" + tx + "}")).isEqualTo(JsonValue.NULL);
    assertThat(result("{\"op\":\"size\"}")).hasToString("0");
  }

  @Test
  void ofTwoTransactionsThatWriteTheSameOneIsAborted() {
    String one = ",\"tx\":" + begin("");
    String two = ",\"tx\":" + begin("");
    assertThat(one).isNotEqualTo(two);
    for (String tx : List.of(one, two)) {
      result("{\"op\":\"get\",\"key\":\"a\"" + tx + "}");
      result("{\"op\":\"set\",\"key\":\"a\",\"value\":1" + tx + "}");
    }
    result("{\"op\":\"commit\"" + one + "}");
    refused("{\"op\":\"commit\"" + two + "}", "TRANSACTION_ABORTED", "");
    refused("{\"op\":\"set\",\"key\":\"a\",\"value\":2" + two + "}", "TRANSACTION_ABORTED", "over");
    result("{\"op\":\"rollback\"" + two + "}");
  }

  @Test
  void aReadOnlyTransactionRefusesWrites() {
    String tx = ",\"tx\":" + begin(",\"options\":{\"readOnly\":true}");
    refused("{\"op\":\"set\",\"key\":\"a\",\"value\":1" + tx + "}", "UNSUPPORTED", "");
    assertThat(result("{\"op\":\"has\",\"key\":\"a\"" + tx + "}")).isEqualTo(JsonValue.FALSE);
  }

  @Test
  void aTransactionBelongsToItsStorage() {
    String tx = ",\"tx\":" + begin(",\"storage\":\"other\"");
    result("{\"op\":\"set\",\"key\":\"a\",\"value\":1" + tx + "}");
    result("{\"op\":\"set\",\"key\":\"b\",\"value\":1,\"storage\":\"other\"" + tx + "}");
    refused(
        "{\"op\":\"get\",\"key\":\"a\",\"storage\":\"default\"" + tx + "}",
        "INVALID_QUERY",
        "is on storage 'other', not on 'default'");
    refused("{\"op\":\"storages\"" + tx + "}", "INVALID_QUERY", "leave 'tx' out");
    refused("{\"op\":\"begin\"" + tx + "}", "INVALID_QUERY", "leave 'tx' out");
    result("{\"op\":\"commit\"" + tx + "}");
    assertThat(result("{\"op\":\"size\",\"storage\":\"other\"}")).hasToString("2");
  }

  @Test
  void anUnknownTransactionIsSaidToBeOne() {
    refused(
        "{\"op\":\"get\",\"key\":\"a\",\"tx\":\"t7\"}",
        "TRANSACTION_ABORTED",
        "'t7' in this session");
    refused("{\"op\":\"rollback\",\"tx\":\"t7\"}", "TRANSACTION_ABORTED", "'t7' in this session");
    refused("{\"op\":\"commit\"}", "INVALID_QUERY", "'tx' is missing");
    refused(
        "{\"op\":\"begin\",\"options\":{\"isolation\":\"total\"}}",
        "INVALID_QUERY",
        "SERIALIZABLE");
    refused(
        "{\"op\":\"begin\",\"options\":{\"timeout\":\"soon\"}}", "INVALID_QUERY", "timeout 'soon'");
    refused("{\"op\":\"begin\",\"options\":{\"readonly\":true}}", "INVALID_QUERY", "'readonly'");
  }

  @Test
  void whatIsOpenAtTheEndIsRolledBack() {
    List<String> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String tx = begin("");
      result("{\"op\":\"set\",\"key\":\"k" + i + "\",\"value\":1,\"tx\":" + tx + "}");
      open.add(tx.substring(1, tx.length() - 1));
    }
    assertThat(open).allMatch(requests::isOpen);
    requests.close();
    assertThat(open).noneMatch(requests::isOpen);
    assertThat(result("{\"op\":\"size\"}")).hasToString("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "folder", "document"})
  void builtInBackendsTakeTransactionsToo(String name) {
    String storage = ",\"storage\":\"" + name + "\"";
    String adults = ",\"query\":{\"where\":{\"field\":\"n\",\"operator\":\"gte\",\"value\":2}}";
    result("{\"op\":\"set\",\"key\":\"a\",\"value\":{\"n\":1}" + storage + "}");
    String one = ",\"tx\":" + begin(storage);
    String two = ",\"tx\":" + begin(storage);
    result("{\"op\":\"get\",\"key\":\"a\"" + two + "}");
    result("{\"op\":\"set\",\"key\":\"a\",\"value\":{\"n\":2}" + one + "}");
    result("{\"op\":\"savepoint\",\"name\":\"s\"" + one + "}");
    result("{\"op\":\"set\",\"key\":\"b\",\"value\":{\"n\":3}" + one + "}");
    assertThat(result("{\"op\":\"count\"" + adults + one + "}")).hasToString("2");
    result("{\"op\":\"rollbackTo\",\"name\":\"s\"" + one + "}");
    assertThat(result("{\"op\":\"query\"" + adults + one + "}"))
        .hasToString("[{\"key\":\"a\",\"value\":{\"n\":2}}]");
    assertThat(result("{\"op\":\"count\"" + adults + storage + "}")).hasToString("0");
    assertThat(result("{\"op\":\"commit\"" + one + "}")).isEqualTo(JsonValue.NULL);
    assertThat(result("{\"op\":\"getMany\",\"keys\":[\"a\",\"b\"]" + storage + "}"))
        .hasToString("{\"a\":{\"n\":2}}");

    result("{\"op\":\"set\",\"key\":\"a\",\"value\":{\"n\":9}" + two + "}");
    refused("{\"op\":\"commit\"" + two + "}", "TRANSACTION_ABORTED", "");
    assertThat(result("{\"op\":\"get\",\"key\":\"a\"" + storage + "}")).hasToString("{\"n\":2}");
  }
}
