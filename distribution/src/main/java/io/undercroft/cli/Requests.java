package io.undercroft.cli;

import io.undercroft.runtime.QueryText;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionState;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the shell: one JSON object each, the methods of the API by name, answered by
 * {@code {"ok":true,"result":…}} or {@code {"ok":false,"code":…,"message":…}}.
 *
 * <p>A request that carries the id of a transaction as {@code "tx"} is a part of it. What is open
 * at the end is rolled back.
 *
 * <p><b>Threads:</b> for one thread.
 */
final class Requests implements AutoCloseable {
  private static final Set<String> OUTSIDE_TRANSACTIONS =
      Set.of("begin", "copy", "storages", "define", "remove", "plugins", "reloadPlugins");

  /** So many transactions that are over are told from those that never were. */
  private static final int REMEMBERED = 1_000;

  private final Console console;
  private final Undercroft undercroft;
  private final String defaultStorage;
  private final Map<String, Handler> handlers = new LinkedHashMap<>();
  private final Map<String, Storage<JsonValue>> storages = new LinkedHashMap<>();
  private final Map<String, Transaction<JsonValue>> open = new LinkedHashMap<>();
  private final Set<String> over = new LinkedHashSet<>();

  /** One operation. */
  @FunctionalInterface
  private interface Handler {
    JsonValue handle(Request request) throws IOException;
  }

  Requests(Console console, Undercroft undercroft, String defaultStorage) {
    this.console = console;
    this.undercroft = undercroft;
    this.defaultStorage = defaultStorage;
    handlers.put("get", r -> r.storage().get(r.key()).orElse(JsonValue.NULL));
    handlers.put("set", Requests::set);
    handlers.put("delete", Requests::delete);
    handlers.put("has", r -> Json.bool(r.storage().has(r.key())));
    handlers.put(
        "clear",
        r -> {
          r.storage().clear();
          return JsonValue.NULL;
        });
    handlers.put("size", r -> Json.number(r.storage().size()));
    handlers.put("keys", Requests::keys);
    handlers.put(
        "entry",
        r -> r.storage().entry(r.key()).<JsonValue>map(Json::entry).orElse(JsonValue.NULL));
    handlers.put("getMany", Requests::getMany);
    handlers.put("setMany", Requests::setMany);
    handlers.put("deleteMany", r -> Json.number(r.storage().batched().deleteMany(r.keys())));
    handlers.put("batch", Requests::batch);
    handlers.put("query", Requests::query);
    handlers.put("count", r -> Json.number(r.storage().queryable().count(r.query())));
    handlers.put("findOne", r -> r.storage().queryable().findOne(r.query()).orElse(JsonValue.NULL));
    handlers.put("aggregate", Requests::aggregate);
    handlers.put("explain", r -> Json.explanation(r.storage().indexed().explain(r.query())));
    handlers.put("createIndex", Requests::createIndex);
    handlers.put("dropIndex", r -> Json.bool(r.storage().indexed().dropIndex(r.text("name"))));
    handlers.put("listIndexes", Requests::listIndexes);
    handlers.put("begin", this::begin);
    handlers.put("commit", this::commit);
    handlers.put("rollback", this::rollback);
    handlers.put(
        "savepoint",
        r -> {
          r.transaction().savepoint(r.text("name"));
          return JsonValue.NULL;
        });
    handlers.put(
        "rollbackTo",
        r -> {
          r.transaction().rollbackTo(r.text("name"));
          return JsonValue.NULL;
        });
    handlers.put("import", this::importFile);
    handlers.put("export", this::exportFile);
    handlers.put("copy", this::copy);
    handlers.put("info", r -> Json.info(r.storage().info()));
    handlers.put("storages", r -> Json.texts(this.undercroft.names()));
    handlers.put("define", this::define);
    handlers.put("remove", r -> Json.bool(remove(r.storageName())));
    handlers.put(
        "plugins",
        r -> {
          JsonArrayBuilder all = Json.array();
          this.undercroft.plugins().forEach(plugin -> all.add(Json.plugin(plugin)));
          return all.build();
        });
    handlers.put(
        "reloadPlugins",
        r -> {
          JsonArrayBuilder found = Json.array();
          this.undercroft.reloadPlugins().forEach(plugin -> found.add(Json.plugin(plugin)));
          return found.build();
        });
  }

  /** Answers one request; never throws. */
  JsonObject answer(JsonValue request) {
    try {
      if (!(request instanceof JsonObject object)) {
        throw invalid("a request is a JSON object such as {\"op\":\"get\",\"key\":\"a\"}");
      }
      Request wrapped = new Request(object);
      String op = wrapped.text("op");
      @Nullable Handler handler = handlers.get(op);
      if (handler == null) {
        throw StorageException.of(
            ErrorCode.UNSUPPORTED,
            "there is no operation "
                + StorageException.quote(op)
                + "; there are "
                + String.join(", ", new TreeSet<>(handlers.keySet())));
      }
      wrapped.requireKnown();
      if (object.containsKey("tx") && OUTSIDE_TRANSACTIONS.contains(op)) {
        throw invalid("'" + op + "' is not a part of a transaction; leave 'tx' out");
      }
      return Json.object().add("ok", true).add("result", handler.handle(wrapped)).build();
    } catch (StorageException e) {
      return failure(e);
    } catch (UsageException e) {
      return failure(invalid(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return failure(StorageException.of(ErrorCode.INVALID_QUERY, Main.describe(e), e));
    }
  }

  static JsonObject failure(StorageException e) {
    JsonObjectBuilder out =
        Json.object().add("ok", false).add("code", e.code().name()).add("message", message(e));
    return out.build();
  }

  private static String message(StorageException e) {
    return e.storage().map(name -> "storage '" + name + "': ").orElse("") + e.reason();
  }

  private static StorageException invalid(String message) {
    return StorageException.of(ErrorCode.INVALID_QUERY, message);
  }

  private static JsonValue set(Request request) {
    JsonValue value = request.member("value");
    SetOptions how = request.setOptions(request.object);
    if (Json.isPlain(how)) {
      request.storage().set(request.key(), value);
      return JsonValue.NULL;
    }
    return Json.entry(request.storage().set(request.key(), value, how));
  }

  private static JsonValue delete(Request request) {
    Optional<String> version = request.findText("version");
    Storage<JsonValue> storage = request.storage();
    return Json.bool(
        version.isPresent()
            ? storage.delete(request.key(), version.get())
            : storage.delete(request.key()));
  }

  private static JsonValue keys(Request request) {
    try (Stream<String> keys = request.storage().keys(request.findText("prefix").orElse(""))) {
      JsonArrayBuilder all = Json.array();
      keys.forEach(all::add);
      return all.build();
    }
  }

  private static JsonValue getMany(Request request) {
    JsonObjectBuilder found = Json.object();
    request.storage().batched().getMany(request.keys()).forEach(found::add);
    return found.build();
  }

  private static JsonValue setMany(Request request) {
    if (!(request.member("values") instanceof JsonObject values)) {
      throw invalid("'values' must be an object of values by key");
    }
    request.storage().batched().setMany(values);
    return JsonValue.NULL;
  }

  private static JsonValue batch(Request request) {
    if (!(request.member("operations") instanceof JsonArray steps)) {
      throw invalid("'operations' must be an array");
    }
    List<Operation<JsonValue>> operations = new ArrayList<>(steps.size());
    for (JsonValue step : steps) {
      if (!(step instanceof JsonObject object)) {
        throw invalid("an element of 'operations' is not an object");
      }
      operations.add(operation(request.nested(object)));
    }
    JsonArrayBuilder results = Json.array();
    request
        .storage()
        .batched()
        .batch(operations)
        .forEach(result -> results.add(Json.result(result)));
    return results.build();
  }

  private static Operation<JsonValue> operation(Request step) {
    step.requireKnown();
    String key = step.key();
    return switch (step.text("op")) {
      case "set" -> Operation.set(key, step.member("value"), step.setOptions(step.object));
      case "delete" ->
          step.findText("version")
              .map(version -> Operation.<JsonValue>delete(key, version))
              .orElseGet(() -> Operation.delete(key));
      case "check" ->
          step.findText("version")
              .map(version -> Operation.<JsonValue>check(key, version))
              .orElseGet(() -> Operation.checkAbsent(key));
      default -> throw invalid("an operation of a batch is set, delete or check");
    };
  }

  private static JsonValue query(Request request) {
    boolean cursors = request.flag("cursors");
    try (Stream<QueryResult<JsonValue>> found =
        request.storage().queryable().query(request.query())) {
      JsonArrayBuilder all = Json.array();
      found.forEach(result -> all.add(Json.queried(result, cursors)));
      return all.build();
    }
  }

  private static JsonValue aggregate(Request request) {
    Pipeline pipeline = QueryText.form().pipeline(request.member("pipeline").toString());
    JsonArrayBuilder all = Json.array();
    request
        .storage()
        .queryable()
        .aggregate(pipeline)
        .forEach(document -> all.add(Json.of(document)));
    return all.build();
  }

  private static JsonValue createIndex(Request request) {
    IndexDefinition index = QueryText.form().index(request.member("index").toString());
    request.storage().indexed().createIndex(index);
    return JsonValue.NULL;
  }

  private static JsonValue listIndexes(Request request) {
    JsonArrayBuilder all = Json.array();
    request.storage().indexed().listIndexes().forEach(index -> all.add(Json.index(index)));
    return all.build();
  }

  private JsonValue begin(Request request) {
    TransactionOptions options = request.transactionOptions();
    Transaction<JsonValue> begun = request.storage().transactional().beginTransaction(options);
    open.put(begun.id(), begun);
    return Json.text(begun.id());
  }

  private JsonValue commit(Request request) {
    Transaction<JsonValue> transaction = request.transaction();
    try {
      transaction.commit();
    } finally {
      forgetIfOver(transaction);
    }
    return JsonValue.NULL;
  }

  /** As in the API, a rollback of a transaction that is over has no effect. */
  private JsonValue rollback(Request request) {
    if (!over.contains(request.text("tx"))) {
      Transaction<JsonValue> transaction = request.transaction();
      try {
        transaction.rollback();
      } finally {
        forgetIfOver(transaction);
      }
    }
    return JsonValue.NULL;
  }

  private void forgetIfOver(Transaction<JsonValue> transaction) {
    if (transaction.state() != TransactionState.ACTIVE) {
      open.remove(transaction.id());
      over.add(transaction.id());
      if (over.size() > REMEMBERED) {
        over.remove(over.iterator().next());
      }
    }
  }

  /** Returns whether this transaction can go on. */
  boolean isOpen(String transaction) {
    return open.containsKey(transaction);
  }

  /** Rolls back what is open. */
  @Override
  public void close() {
    StorageException first = null;
    for (Transaction<JsonValue> transaction : open.values()) {
      try {
        transaction.close();
      } catch (StorageException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    open.clear();
    if (first != null) {
      throw first;
    }
  }

  private JsonValue importFile(Request request) throws IOException {
    Importer importer =
        new Importer(
            console,
            request.findText("keyField"),
            request.choice(
                "duplicates", ImportedEntries.Duplicates.class, ImportedEntries.Duplicates.FAIL),
            request.choice("missing", ImportedEntries.Missing.class, ImportedEntries.Missing.FAIL));
    return Json.number(importer.file(request.file(), request.storage().batched()));
  }

  private JsonValue exportFile(Request request) throws IOException {
    return Json.number(new Exporter(console).file(request.file(), request.storage()));
  }

  private JsonValue copy(Request request) {
    String from = request.text("from");
    String to = request.text("to");
    Copier.requireTwo(from, to);
    Copier.Copied copied = Copier.copy(console, request.storage(from), request.storage(to));
    return Json.object()
        .add("copied", copied.written())
        .add("alreadyThere", copied.alreadyThere())
        .add("verified", copied.verified())
        .add("different", Json.texts(copied.different()))
        .build();
  }

  private JsonValue define(Request request) {
    if (!(request.member("settings") instanceof JsonObject settings)) {
      throw invalid("'settings' must be an object such as {\"type\":\"memory\"}");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    settings.forEach((name, value) -> texts.put(name, plainText(name, value)));
    undercroft.define(request.storageName(), texts);
    return JsonValue.NULL;
  }

  private static String plainText(String name, JsonValue value) {
    if (value instanceof JsonString text) {
      return text.getString();
    }
    if (value instanceof JsonNumber || value == JsonValue.TRUE || value == JsonValue.FALSE) {
      return value.toString();
    }
    throw invalid("setting '" + name + "' must be a text, a number or a boolean");
  }

  private boolean remove(String name) {
    storages.remove(name);
    return undercroft.remove(name);
  }

  /** One request and the access to its members. */
  private final class Request {
    private static final Set<String> MEMBERS =
        Set.of(
            "op",
            "tx",
            "name",
            "query",
            "cursors",
            "pipeline",
            "index",
            "storage",
            "key",
            "value",
            "options",
            "version",
            "prefix",
            "keys",
            "values",
            "operations",
            "settings",
            "file",
            "keyField",
            "duplicates",
            "missing",
            "from",
            "to");
    private static final Set<String> OPTIONS =
        Set.of("ifAbsent", "ifVersion", "expiresIn", "expiresAt", "metadata");
    private static final Set<String> TRANSACTION_OPTIONS =
        Set.of("isolation", "timeout", "readOnly");

    private final JsonObject object;

    Request(JsonObject object) {
      this.object = object;
    }

    Request nested(JsonObject inner) {
      return new Request(inner);
    }

    void requireKnown() {
      requireKnown(object, MEMBERS);
    }

    private void requireKnown(JsonObject in, Set<String> known) {
      for (String name : in.keySet()) {
        if (!known.contains(name)) {
          throw invalid(
              "unknown member "
                  + StorageException.quote(name)
                  + "; known are "
                  + String.join(", ", new TreeSet<>(known)));
        }
      }
    }

    String storageName() {
      return findText("storage").orElse(defaultStorage);
    }

    /** Returns the storage, or the transaction that this request is a part of. */
    Storage<JsonValue> storage() {
      return object.containsKey("tx") ? transaction() : storage(storageName());
    }

    Transaction<JsonValue> transaction() {
      String id = text("tx");
      @Nullable Transaction<JsonValue> transaction = open.get(id);
      if (transaction == null) {
        throw StorageException.of(
            ErrorCode.TRANSACTION_ABORTED,
            "there is no open transaction "
                + StorageException.quote(id)
                + (over.contains(id) ? ", it is over" : " in this session")
                + "; begin one");
      }
      findText("storage")
          .filter(name -> !name.equals(transaction.name()))
          .ifPresent(
              name -> {
                throw invalid(
                    "transaction "
                        + StorageException.quote(id)
                        + " is on storage '"
                        + transaction.name()
                        + "', not on "
                        + StorageException.quote(name));
              });
      return transaction;
    }

    Query query() {
      @Nullable JsonValue given = object.get("query");
      return given == null ? Query.all() : QueryText.form().query(given.toString());
    }

    TransactionOptions transactionOptions() {
      @Nullable JsonValue given = object.get("options");
      if (given == null) {
        return TransactionOptions.defaults();
      }
      if (!(given instanceof JsonObject options)) {
        throw invalid("'options' must be an object");
      }
      requireKnown(options, TRANSACTION_OPTIONS);
      Request members = new Request(options);
      TransactionOptions asked = TransactionOptions.defaults();
      if (options.containsKey("isolation")) {
        asked = asked.withIsolation(members.isolation());
      }
      if (options.containsKey("timeout")) {
        asked = asked.withTimeout(Json.duration("timeout", members.text("timeout")));
      }
      return members.flag("readOnly") ? asked.asReadOnly() : asked;
    }

    private Isolation isolation() {
      String level = text("isolation");
      return Arrays.stream(Isolation.values())
          .filter(one -> one.name().equalsIgnoreCase(level))
          .findFirst()
          .orElseThrow(
              () -> invalid("'isolation' must be one of " + Arrays.toString(Isolation.values())));
    }

    Storage<JsonValue> storage(String of) {
      return storages.computeIfAbsent(of, name -> undercroft.storage(name, JsonValue.class));
    }

    Path file() {
      String text = text("file");
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw invalid(StorageException.quote(text) + " cannot be the name of a file here");
      }
    }

    <E extends Enum<E>> E choice(String name, Class<E> of, E otherwise) {
      Optional<String> text = findText(name);
      if (text.isEmpty()) {
        return otherwise;
      }
      return Arrays.stream(of.getEnumConstants())
          .filter(one -> one.name().equalsIgnoreCase(text.get()))
          .findFirst()
          .orElseThrow(
              () ->
                  invalid(
                      "'"
                          + name
                          + "' must be one of "
                          + Arrays.toString(of.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }

    String key() {
      return text("key");
    }

    List<String> keys() {
      if (!(member("keys") instanceof JsonArray array)) {
        throw invalid("'keys' must be an array of texts");
      }
      List<String> keys = new ArrayList<>(array.size());
      for (JsonValue element : array) {
        if (!(element instanceof JsonString key)) {
          throw invalid("'keys' must be an array of texts");
        }
        keys.add(key.getString());
      }
      return keys;
    }

    String text(String name) {
      return findText(name).orElseThrow(() -> invalid("'" + name + "' is missing"));
    }

    Optional<String> findText(String name) {
      @Nullable JsonValue value = object.get(name);
      if (value == null) {
        return Optional.empty();
      }
      if (value instanceof JsonString text) {
        return Optional.of(text.getString());
      }
      throw invalid("'" + name + "' must be a text");
    }

    JsonValue member(String name) {
      @Nullable JsonValue value = object.get(name);
      if (value == null) {
        throw invalid("'" + name + "' is missing");
      }
      return value;
    }

    SetOptions setOptions(JsonObject from) {
      @Nullable JsonValue given = from.get("options");
      if (given == null) {
        return SetOptions.none();
      }
      if (!(given instanceof JsonObject options)) {
        throw invalid("'options' must be an object");
      }
      requireKnown(options, OPTIONS);
      Request texts = new Request(options);
      return Json.setOptions(
          texts.flag("ifAbsent"),
          texts.findText("ifVersion").orElse(null),
          texts.findText("expiresIn").orElse(null),
          texts.findText("expiresAt").orElse(null),
          texts.metadata());
    }

    boolean flag(String name) {
      return switch (object.getOrDefault(name, JsonValue.FALSE).getValueType()) {
        case TRUE -> true;
        case FALSE -> false;
        default -> throw invalid("'" + name + "' must be true or false");
      };
    }

    private Map<String, String> metadata() {
      Map<String, String> texts = new LinkedHashMap<>();
      @Nullable JsonValue given = object.get("metadata");
      if (given == null) {
        return texts;
      }
      if (!(given instanceof JsonObject metadata)) {
        throw invalid("'metadata' must be an object of texts");
      }
      metadata.forEach((name, value) -> texts.put(name, plainText(name, value)));
      return texts;
    }
  }
}
