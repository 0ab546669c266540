package io.undercroft.cli;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the shell: one JSON object each, the methods of the API by name, answered by
 * {@code {"ok":true,"result":…}} or {@code {"ok":false,"code":…,"message":…}}.
 *
 * <p><b>Threads:</b> for one thread.
 */
final class Requests {
  private final Console console;
  private final Undercroft undercroft;
  private final String defaultStorage;
  private final Map<String, Handler> handlers = new LinkedHashMap<>();
  private final Map<String, Storage<JsonValue>> storages = new LinkedHashMap<>();

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
    private static final java.util.Set<String> MEMBERS =
        java.util.Set.of(
            "op",
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
    private static final java.util.Set<String> OPTIONS =
        java.util.Set.of("ifAbsent", "ifVersion", "expiresIn", "expiresAt", "metadata");

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

    private void requireKnown(JsonObject in, java.util.Set<String> known) {
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

    Storage<JsonValue> storage() {
      return storage(storageName());
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

    private boolean flag(String name) {
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
