package io.undercroft.runtime.codec;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.adapter.JsonbAdapter;
import jakarta.json.bind.config.BinaryDataStrategy;
import jakarta.json.bind.config.PropertyVisibilityStrategy;
import jakarta.json.bind.spi.JsonbProvider;
import java.lang.reflect.Type;
import java.time.Year;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON-B for the values of one storage.
 *
 * <p>What Undercroft asks of it beyond the defaults of the specification (properties in the order
 * of their names, nulls left out of objects but not of maps and lists): the properties of a record
 * in the order of its components, no default locale, bytes in Base64, {@link Year} as a number.
 */
final class Mapping implements AutoCloseable {
  /** Yasson's own property: builds the mapping of these classes at once, not at first use. */
  private static final String EAGER_CLASSES = "yasson.eager-parse-classes";

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final Jsonb jsonb;

  private final Access access;

  private Mapping(Jsonb jsonb, Access access) {
    this.jsonb = jsonb;
    this.access = access;
  }

  /**
   * Builds it.
   *
   * @param more adds a user's own configuration
   * @param eager classes whose mapping is built now
   */
  static Mapping of(JsonbProvider provider, Consumer<JsonbConfig> more, List<Class<?>> eager) {
    JsonbConfig config =
        new JsonbConfig()
            .withEncoding("UTF-8")
            .withLocale(Locale.ROOT)
            .withBinaryDataStrategy(BinaryDataStrategy.BASE_64)
            .withAdapters(new Years());
    more.accept(config);
    Mapping mapping = of(provider, config, eager);
    if (!eager.isEmpty() && !Access.build(mapping.jsonb, eager)) {
      mapping.close();
      mapping =
          of(provider, config.setProperty(EAGER_CLASSES, eager.toArray(Class<?>[]::new)), eager);
    }
    mapping.access.open(mapping.jsonb, eager);
    return mapping;
  }

  private static Mapping of(JsonbProvider provider, JsonbConfig config, List<Class<?>> eager) {
    Object rule = config.getProperty(JsonbConfig.PROPERTY_VISIBILITY_STRATEGY).orElse(null);
    boolean orders = config.getProperty(JsonbConfig.PROPERTY_ORDER_STRATEGY).isEmpty();
    Access access =
        new Access(
            rule instanceof PropertyVisibilityStrategy own ? own : new Access.PublicMembers(),
            orders);
    if (!(rule instanceof String)) {
      config.withPropertyVisibilityStrategy(access);
    }
    Jsonb jsonb =
        provider.create().withConfig(config).withProvider(new Bridge(Json.PROVIDER)).build();
    access.open(jsonb, eager);
    return new Mapping(jsonb, access);
  }

  /** Opens the constructors of classes that JSON-B met only now: subtypes, by their name. */
  private void openMore() {
    access.open(jsonb, List.of());
  }

  /**
   * Throws what JSON-B finds wrong with a type as such. Reading {@code null} builds all that
   * reading takes, and makes no object.
   */
  void check(Type type) {
    read(new JsonTextParser(NULL, CodecLimits.DEFAULT, new NameCache(1)), type);
  }

  /** Writes a value by its class. */
  void write(Object value, DocumentGenerator to) {
    jsonb.toJson(value, new Bridge.Sink(to));
  }

  /** Writes a value by a declared type. */
  void write(Object value, Type type, DocumentGenerator to) {
    jsonb.toJson(value, type, new Bridge.Sink(to));
  }

  /** Reads a value; null for a document that is null. */
  @Nullable Object read(DocumentParser from, Type type) {
    return jsonb.fromJson(new Bridge.Source(from), type);
  }

  @Override
  public void close() {
    Closing.close(jsonb);
  }

  /** The one class of java.time that JSON-B forgot. Public, as JSON-B wants to look at it. */
  public static final class Years implements JsonbAdapter<Year, Integer> {
    @Override
    public Integer adaptToJson(Year year) {
      return year.getValue();
    }

    @Override
    public Year adaptFromJson(Integer year) {
      return Year.of(year);
    }
  }

  /**
   * Values of a type that JSON-B maps.
   *
   * @param type the type to read
   * @param declared whether to write by this type, because a value's class says less (generics) or
   *     something else (constants of an enum with bodies)
   */
  record Mapped(Mapping mapping, Type type, boolean declared) implements Shape<Object> {
    @Override
    public void write(Object value, DocumentGenerator to) {
      if (declared) {
        mapping.write(value, type, to);
      } else {
        mapping.write(value, to);
      }
    }

    @Override
    public Object read(DocumentParser from) {
      Object value = mapping.read(from, type);
      if (value == null) {
        throw from.refuse(Shapes.NULL_DOCUMENT, from.documentStart());
      }
      if (from.hasNext()) {
        // Yasson takes the first object of an array for the object that it wants
        throw from.refuse("the document is a list of such values", from.documentStart());
      }
      return value;
    }

    @Override
    public boolean mended(RuntimeException failure) {
      for (Throwable at = failure; at != null; at = at.getCause()) {
        if (at instanceof IllegalAccessException) {
          mapping.openMore();
          return true;
        }
      }
      return false;
    }
  }
}
