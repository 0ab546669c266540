package io.undercroft.cli;

import io.undercroft.runtime.QueryText;
import io.undercroft.runtime.codec.JsonDoor;
import io.undercroft.spi.Option;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.Entry;
import io.undercroft.storage.OperationResult;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.QueryResult;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON that the command line takes and gives. */
final class Json {
  private static final JsonProvider PROVIDER = JsonProvider.provider();
  private static final JsonBuilderFactory BUILDERS = PROVIDER.createBuilderFactory(Map.of());
  private static final Option<Duration> DURATION =
      Option.duration("duration").check(d -> !d.isNegative() && !d.isZero(), "must be positive");

  private Json() {}

  /** Returns the one JSON value in these bytes; {@code what} names them in a message. */
  static JsonValue parse(String what, byte[] bytes) {
    try {
      return JsonDoor.parse(bytes);
    } catch (StorageException e) {
      throw new UsageException(what + " is not JSON: " + e.reason(), e);
    }
  }

  /** As {@link #parse(String, byte[])}, for text. */
  static JsonValue parse(String what, String text) {
    try {
      return JsonDoor.parse(text);
    } catch (StorageException e) {
      throw new UsageException(what + " is not JSON: " + e.reason(), e);
    }
  }

  static JsonValue text(String text) {
    return PROVIDER.createValue(text);
  }

  static JsonValue number(long number) {
    return PROVIDER.createValue(number);
  }

  static JsonValue bool(boolean value) {
    return value ? JsonValue.TRUE : JsonValue.FALSE;
  }

  static JsonObjectBuilder object() {
    return BUILDERS.createObjectBuilder();
  }

  static JsonArrayBuilder array() {
    return BUILDERS.createArrayBuilder();
  }

  static JsonArray texts(Collection<String> texts) {
    return BUILDERS.createArrayBuilder(texts).build();
  }

  static JsonObject entry(Entry<JsonValue> entry) {
    JsonObjectBuilder out =
        object()
            .add("key", entry.key())
            .add("value", entry.value())
            .add("version", entry.version())
            .add("createdAt", entry.createdAt().toString())
            .add("updatedAt", entry.updatedAt().toString());
    return addRest(out, entry).build();
  }

  /** Returns the line that export writes and import reads. */
  static JsonObject exported(Entry<JsonValue> entry) {
    return addRest(object().add("key", entry.key()).add("value", entry.value()), entry).build();
  }

  private static JsonObjectBuilder addRest(JsonObjectBuilder out, Entry<JsonValue> entry) {
    entry.expiresAt().ifPresent(deadline -> out.add("expiresAt", deadline.toString()));
    if (!entry.metadata().isEmpty()) {
      out.add("metadata", texts(entry.metadata()));
    }
    return out;
  }

  private static JsonObject texts(Map<String, String> texts) {
    JsonObjectBuilder out = object();
    texts.keySet().stream().sorted().forEach(name -> out.add(name, texts.get(name)));
    return out.build();
  }

  private static JsonObject inOrder(Map<String, String> texts) {
    JsonObjectBuilder out = object();
    texts.forEach(out::add);
    return out.build();
  }

  /** Returns a result of a query, with its cursor if that is asked for. */
  static JsonObject queried(QueryResult<JsonValue> result, boolean cursor) {
    JsonObjectBuilder out = object().add("key", result.key()).add("value", result.value());
    result.score().ifPresent(score -> out.add("score", score));
    if (!result.metadata().isEmpty()) {
      out.add("metadata", texts(result.metadata()));
    }
    if (cursor) {
      out.add("cursor", result.cursor());
    }
    return out.build();
  }

  /** Returns what a pipeline gives as JSON. */
  static JsonValue of(@Nullable Object value) {
    if (value == null) {
      return JsonValue.NULL;
    } else if (value instanceof String text) {
      return text(text);
    } else if (value instanceof Boolean truth) {
      return bool(truth);
    } else if (value instanceof Long whole) {
      return number(whole);
    } else if (value instanceof BigDecimal decimal) {
      return PROVIDER.createValue(decimal);
    } else if (value instanceof List<?> list) {
      JsonArrayBuilder out = array();
      list.forEach(element -> out.add(of(element)));
      return out.build();
    } else if (value instanceof Map<?, ?> map) {
      JsonObjectBuilder out = object();
      map.forEach((name, member) -> out.add((String) name, of(member)));
      return out.build();
    }
    throw new IllegalArgumentException("a pipeline gave a " + value.getClass().getName());
  }

  static JsonObject explanation(Explanation explanation) {
    JsonObjectBuilder out =
        object()
            .add("support", explanation.support().name().toLowerCase(Locale.ROOT))
            .add("indexes", texts(explanation.indexes()));
    explanation.pushedDown().ifPresent(part -> out.add("pushedDown", condition(part)));
    explanation.residual().ifPresent(part -> out.add("residual", condition(part)));
    out.add("orderPushedDown", explanation.orderPushedDown());
    explanation.examined().ifPresent(count -> out.add("examined", count));
    return out.add("plan", texts(explanation.plan())).build();
  }

  private static JsonValue condition(Condition condition) {
    return parse("the condition", QueryText.form().text(condition));
  }

  static JsonObject index(IndexInfo index) {
    JsonObjectBuilder out = object();
    parse("the index", QueryText.form().text(index.definition())).asJsonObject().forEach(out::add);
    out.add("building", index.building()).add("entries", index.entries());
    if (index.bytes() >= 0) {
      out.add("bytes", index.bytes());
    }
    return out.add("hits", index.hits()).add("misses", index.misses()).build();
  }

  static JsonObject result(OperationResult result) {
    JsonObjectBuilder out = object().add("key", result.key());
    result.version().ifPresent(version -> out.add("version", version));
    return out.add("existed", result.existed()).build();
  }

  static JsonObject change(Change<JsonValue> change) {
    JsonObjectBuilder out = object().add("type", change.type().name().toLowerCase(Locale.ROOT));
    if (!change.key().isEmpty()) {
      out.add("key", change.key());
    }
    change.oldValue().ifPresent(value -> out.add("oldValue", value));
    change.newValue().ifPresent(value -> out.add("newValue", value));
    out.add("timestamp", change.timestamp().toString());
    change.position().ifPresent(position -> out.add("position", position));
    return out.build();
  }

  static JsonObject info(StorageInfo info) {
    JsonObjectBuilder capabilities = object();
    info.capabilities()
        .forEach((name, who) -> capabilities.add(name, who.name().toLowerCase(Locale.ROOT)));
    JsonObjectBuilder limits = object();
    info.limits().forEach(limits::add);
    return object()
        .add("name", info.name())
        .add("plugin", info.plugin())
        .add("pluginVersion", info.pluginVersion())
        .add("layers", texts(info.layers()))
        .add("capabilities", capabilities)
        .add("limits", limits)
        .add("details", inOrder(info.details()))
        .build();
  }

  static JsonObject plugin(PluginInfo plugin) {
    JsonObjectBuilder out =
        object()
            .add("id", plugin.id())
            .add("version", plugin.version())
            .add("origin", plugin.origin())
            .add("usable", plugin.usable());
    plugin.problem().ifPresent(problem -> out.add("problem", problem));
    return out.add("options", texts(plugin.options())).build();
  }

  static JsonObject config(ConfigInfo setting) {
    return object()
        .add("name", setting.name())
        .add("value", setting.value())
        .add("source", setting.source())
        .build();
  }

  /** Returns the options that these texts ask for. */
  static SetOptions setOptions(
      boolean ifAbsent,
      @Nullable String ifVersion,
      @Nullable String expiresIn,
      @Nullable String expiresAt,
      Map<String, String> metadata) {
    if (ifAbsent && ifVersion != null) {
      throw new UsageException("give one of ifAbsent and ifVersion, not both");
    }
    if (expiresIn != null && expiresAt != null) {
      throw new UsageException("give one of expiresIn and expiresAt, not both");
    }
    SetOptions how = SetOptions.none();
    if (ifAbsent) {
      how = how.andIfAbsent();
    }
    if (ifVersion != null) {
      how = how.andIfVersion(ifVersion);
    }
    if (expiresIn != null) {
      how = how.andExpiresIn(duration("expiresIn", expiresIn));
    }
    if (expiresAt != null) {
      how = how.andExpiresAt(instant(expiresAt));
    }
    return metadata.isEmpty() ? how : how.andMetadata(metadata);
  }

  /** Returns the positive time in this text; {@code what} names it in a message. */
  static Duration duration(String what, String text) {
    try {
      return DURATION.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(what + " " + StorageException.quote(text) + " " + e.getMessage(), e);
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new UsageException(
          "expiresAt "
              + StorageException.quote(text)
              + " must be a moment such as 2030-01-31T12:00:00Z",
          e);
    }
  }

  /** Returns whether a write with these options is the plain write. */
  static boolean isPlain(SetOptions how) {
    return !how.onlyIfAbsent()
        && how.expectedVersion().isEmpty()
        && how.metadata().isEmpty()
        && how.deadline(Instant.EPOCH).isEmpty();
  }
}
