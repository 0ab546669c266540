package io.undercroft.runtime.codec;

import io.undercroft.spi.Codec;
import io.undercroft.spi.CodecProvider;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.JsonValue;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.JsonbException;
import jakarta.json.bind.spi.JsonbProvider;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All codecs of one runtime.
 *
 * <p><b>Threads:</b> immutable. It holds on to the providers and the class loader that it was built
 * with; nothing static does.
 */
public final class Codecs {
  private static final String JSONB = "jsonb";
  private static final String PROTOBUF = "protobuf";
  private static final String YASSON = "org.eclipse.yasson.";

  private final Map<String, CodecProvider> providers;
  private final Optional<JsonbProvider> jsonb;

  private Codecs(Map<String, CodecProvider> providers, Optional<JsonbProvider> jsonb) {
    this.providers = providers;
    this.jsonb = jsonb;
  }

  /**
   * Returns the built-in codec {@code jsonb} and these.
   *
   * @param providers custom codecs, found or handed in
   * @param loader sees the JSON-B implementation; the runtime's own class loader is asked after it
   * @throws StorageException INVALID_CONFIG if two have one id, or one takes the id {@code jsonb}
   */
  public static Codecs of(List<? extends CodecProvider> providers, ClassLoader loader) {
    Map<String, CodecProvider> byId = new TreeMap<>();
    for (CodecProvider provider : providers) {
      String id = provider.id();
      if (id.equals(JSONB)) {
        throw invalid(
            "codec provider "
                + provider.getClass().getName()
                + " has the id 'jsonb', which is the built-in codec's; give it another");
      }
      CodecProvider other = byId.put(id, provider);
      if (other != null) {
        throw invalid(
            "two codec providers have the id "
                + StorageException.quote(id)
                + ": "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName());
      }
    }
    return new Codecs(byId, findJsonb(loader));
  }

  /**
   * Yasson if it is there, or else another one, as a class loader's services say; the
   * specification's own look-up, which goes by the thread's context, is the last resort.
   */
  private static Optional<JsonbProvider> findJsonb(ClassLoader loader) {
    List<JsonbProvider> found = new ArrayList<>();
    for (ClassLoader from : List.of(loader, Codecs.class.getClassLoader())) {
      Iterator<JsonbProvider> services = ServiceLoader.load(JsonbProvider.class, from).iterator();
      try {
        while (services.hasNext()) {
          collect(services, found);
        }
      } catch (ServiceConfigurationError e) {
        // the registrations cannot be read: whoever placed them there hears of it elsewhere
      }
    }
    Optional<JsonbProvider> yasson =
        found.stream().filter(p -> p.getClass().getName().startsWith(YASSON)).findFirst();
    return yasson.or(() -> found.stream().findFirst()).or(Codecs::lastResort);
  }

  private static void collect(Iterator<JsonbProvider> services, List<JsonbProvider> found) {
    try {
      found.add(services.next());
    } catch (ServiceConfigurationError e) {
      // a foreign copy of the API, or a class that cannot be made: not ours to use or to mend
    }
  }

  private static Optional<JsonbProvider> lastResort() {
    try {
      return Optional.of(JsonbProvider.provider());
    } catch (JsonbException e) {
      // none at all: said as soon as a storage needs one
      return Optional.empty();
    }
  }

  /**
   * Returns what {@code format} may be: {@code json}, the default, {@code msgpack}, {@code
   * protobuf}.
   */
  public static List<String> formats() {
    return Stream.concat(Arrays.stream(Format.values()).map(Format::id), Stream.of(PROTOBUF))
        .toList();
  }

  /**
   * Returns what {@code compression} may be: {@code none}, the default, {@code gzip}, {@code lz4},
   * {@code snappy}, {@code zstd}.
   */
  public static List<String> compressions() {
    return Compressions.ids();
  }

  /** Returns what {@code codec} may be: {@code jsonb}, the default, and the providers' ids. */
  public List<String> ids() {
    return Stream.concat(Stream.of(JSONB), providers.keySet().stream()).toList();
  }

  /**
   * Returns what is wrong with settings, before any type is known: an id that does not exist, with
   * those that do; a library that is not on the class path, with its Maven coordinates; a custom
   * codec together with a format. Empty if nothing is.
   */
  public List<String> problems(CodecSettings settings) {
    List<String> problems = new ArrayList<>();
    check("codec", settings.codec(), ids(), problems);
    check("format", settings.format(), formats(), problems);
    check("compression", settings.compression(), compressions(), problems);
    if (settings.format().equals(PROTOBUF)) {
      Library.PROTOBUF.problem().ifPresent(lack -> problems.add("format 'protobuf' " + lack));
    }
    Compressions.find(settings.compression())
        .flatMap(by -> by.library().problem())
        .ifPresent(lack -> problems.add("compression '" + settings.compression() + "' " + lack));
    CodecProvider provider = providers.get(settings.codec());
    boolean shapes = provider == null || provider instanceof JsonbCodecProvider;
    if (!shapes && !settings.format().equals(CodecSettings.DEFAULT.format())) {
      problems.add(
          "format "
              + StorageException.quote(settings.format())
              + " does nothing with codec '"
              + settings.codec()
              + "', which brings its own; leave it out");
    }
    if (provider != null && shapes && settings.format().equals(PROTOBUF)) {
      problems.add(
          "codec '"
              + settings.codec()
              + "' shapes JSON, and format 'protobuf' has no JSON in it; leave one of them out");
    }
    return List.copyOf(problems);
  }

  private static void check(
      String setting, String id, Collection<String> possible, List<String> problems) {
    if (!possible.contains(id)) {
      problems.add(
          setting
              + " "
              + StorageException.quote(id)
              + " does not exist; possible: "
              + String.join(", ", possible));
    }
  }

  /**
   * Returns a new codec for one storage. Everything that can be decided once is decided here: the
   * JSON-B mapping of the type is built, the libraries are loaded. A codec that is {@link
   * AutoCloseable} wants to be closed with its storage.
   *
   * @param type the type of the storage's values, as {@link io.undercroft.storage.TypeRef} gives
   *     it; {@code Object.class} for a storage without one, whose values come back as maps, lists,
   *     strings, {@link java.math.BigDecimal} and booleans
   * @throws StorageException INVALID_CONFIG for every one of {@link #problems}, and for a type that
   *     the codec or the format cannot do
   */
  public Codec<?> codecFor(Type type, CodecSettings settings) {
    List<String> problems = problems(settings);
    if (!problems.isEmpty()) {
      throw invalid(String.join("; ", problems));
    }
    Packing packing =
        Packing.of(Compressions.find(settings.compression()), ErrorCode.INVALID_CONFIG);
    Type known = Types.withoutWildcard(type);
    CodecProvider provider = providers.get(settings.codec());
    if (provider != null && !(provider instanceof JsonbCodecProvider)) {
      return provider.isJson() && isModel(known)
          ? model(known, null, packing, settings)
          : custom(provider, known, packing, settings.limits());
    }
    if (settings.format().equals(PROTOBUF)) {
      return ProtobufCodec.of(known, packing, settings.limits());
    }
    return model(known, (JsonbCodecProvider) provider, packing, settings);
  }

  private static Codec<?> custom(
      CodecProvider provider, Type type, Packing packing, CodecLimits limits) {
    Codec<?> codec =
        provider
            .codec(type)
            .orElseThrow(
                () ->
                    invalid(
                        "codec '"
                            + provider.id()
                            + "' has none for "
                            + type.getTypeName()
                            + "; use codec=jsonb, or teach "
                            + provider.getClass().getName()
                            + " this type"));
    if (ContentType.of(codec.contentType()).compression().isPresent()) {
      throw invalid(
          "codec '"
              + provider.id()
              + "' has the content type "
              + StorageException.quote(codec.contentType())
              + ", whose end reads as a compression; choose another");
    }
    return new CustomCodec<>(type.getTypeName(), codec, packing, limits);
  }

  private Codec<?> model(
      Type type, @Nullable JsonbCodecProvider custom, Packing packing, CodecSettings settings) {
    Class<?> raw =
        Types.raw(type)
            .orElseThrow(
                () ->
                    invalid(
                        type instanceof GenericArrayType
                            ? "type "
                                + type.getTypeName()
                                + " is an array of a generic type, which JSON-B cannot map; use a"
                                + " List of it"
                            : "type "
                                + type.getTypeName()
                                + " is a type variable, of which nothing is known at run time;"
                                + " name a type"));
    if (raw == void.class || isProtobuf(raw)) {
      throw invalid(
          raw == void.class
              ? "void is no type of values"
              : type.getTypeName() + " is a protobuf message; use format=protobuf");
    }
    Format format =
        Arrays.stream(Format.values())
            .filter(known -> known.id().equals(settings.format()))
            .findFirst()
            .orElseThrow();
    if (JsonValue.class.isAssignableFrom(raw)) {
      return codec(
          type, new Shapes.Values<>(raw.asSubclass(JsonValue.class)), format, packing, settings);
    }
    if (raw == String.class) {
      return codec(type, new Shapes.Texts(), format, packing, settings);
    }
    if (raw == byte[].class) {
      return codec(type, new Shapes.Bytes(), format, packing, settings);
    }
    Mapping mapping = mapping(type, raw, custom);
    boolean plain = isPlain(type, raw);
    Shape<Object> shape =
        plain
            ? new Shapes.Plain(raw, mapping)
            : new Mapping.Mapped(mapping, type, !(type instanceof Class<?>) || raw.isEnum());
    return new ModelCodec<>(
        type.getTypeName(), shape, format, packing, settings.limits(), mapping::close);
  }

  /** Returns whether values of this type are JSON itself, and nothing that has to be mapped. */
  private static boolean isModel(Type type) {
    return Types.raw(type)
        .filter(raw -> JsonValue.class.isAssignableFrom(raw) || isPlain(type, raw))
        .isPresent();
  }

  private static boolean isPlain(Type type, Class<?> raw) {
    if (raw == Map.class) {
      return Types.hasArguments(type, String.class, Object.class);
    }
    return raw == Object.class
        || ((raw == List.class || raw == Collection.class)
            && Types.hasArguments(type, Object.class));
  }

  private static <T> Codec<T> codec(
      Type type, Shape<T> shape, Format format, Packing packing, CodecSettings settings) {
    return new ModelCodec<>(
        type.getTypeName(), shape, format, packing, settings.limits(), () -> {});
  }

  private Mapping mapping(Type type, Class<?> raw, @Nullable JsonbCodecProvider custom) {
    JsonbProvider provider =
        jsonb.orElseThrow(
            () ->
                invalid(
                    "there is no JSON-B implementation on the class path; add org.eclipse:yasson"));
    if (custom == null) {
      Types.unreadable(raw)
          .ifPresent(
              why -> {
                throw invalid("type " + type.getTypeName() + " " + why);
              });
    }
    Consumer<JsonbConfig> more = custom == null ? config -> {} : custom::configure;
    try {
      Mapping mapping = Mapping.of(provider, more, Types.mappedClasses(type));
      if (type instanceof ParameterizedType) {
        check(mapping, type);
      }
      return mapping;
    } catch (JsonbException e) {
      String hint =
          Failures.isAboutTypeVariable(e)
              ? "; JSON-B cannot make a record or call a creator that has a type parameter itself:"
                  + " write the parameter out, or use a class with properties"
              : "";
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "type " + type.getTypeName() + " cannot be mapped by JSON-B: " + e.getMessage() + hint,
          e);
    }
  }

  private static void check(Mapping mapping, Type type) {
    try {
      mapping.check(type);
    } catch (RuntimeException e) {
      // a user's own deserializer may take no null: that says nothing about the type
      if (Failures.isAboutTypeVariable(e)) {
        throw e;
      }
    }
  }

  /** By name: protobuf need not be on the class path. */
  private static boolean isProtobuf(Class<?> raw) {
    for (Class<?> at = raw; at != null; at = at.getSuperclass()) {
      if (at.getName().startsWith("com.google.protobuf.AbstractMessage")) {
        return true;
      }
    }
    return false;
  }

  private static StorageException invalid(String message) {
    return StorageException.of(ErrorCode.INVALID_CONFIG, message);
  }
}
