package io.undercroft.codec.jackson;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.undercroft.spi.Codec;
import io.undercroft.spi.CodecProvider;
import java.lang.reflect.Type;
import java.time.Year;
import java.util.Objects;
import java.util.Optional;

/**
 * JSON by Jackson: {@code codec=jackson}.
 *
 * <p>It writes what the built-in codec writes for records, beans, collections, {@code Optional} and
 * {@code java.time}, and reads what that wrote: the setting may be changed while entries are there.
 * What differs is what the types say themselves: Jackson's annotations hold and those of JSON-B do
 * not. From a folder of plugins Jackson is a copy of its own, which sees no annotations of the
 * application's Jackson; on the class path it does.
 *
 * <p>Its limits are those of the built-in codec by default: depth 200, numbers of 1,000 characters,
 * no name twice in an object, nothing after the document.
 */
public final class JacksonCodecProvider implements CodecProvider {
  private static final int DEPTH = 200;
  private static final int NUMBER_LENGTH = 1_000;
  private static final int TEXT_LENGTH = 1 << 30; // a value's bytes are limited by the storage

  private final ObjectMapper mapper;

  /** With the mapper described above. */
  public JacksonCodecProvider() {
    this(standard());
  }

  /**
   * With a mapper of the application's own, used as it is: naming, mix-ins, modules. That it
   * refuses what {@link Codec#decode} has to refuse is then its own affair.
   */
  public JacksonCodecProvider(ObjectMapper mapper) {
    this.mapper = Objects.requireNonNull(mapper, "mapper");
  }

  /** Returns a new mapper as the default constructor has it, to go on from. */
  public static JsonMapper standard() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(NUMBER_LENGTH)
                    .maxStringLength(TEXT_LENGTH)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(DEPTH).build())
            // not one for each thread: threads of a server outlive the application
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .build();
    return JsonMapper.builder(factory)
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .withConfigOverride(
            Year.class,
            year -> year.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.NUMBER_INT)))
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
        .build();
  }

  @Override
  public String id() {
    return "jackson";
  }

  @Override
  public boolean isJson() {
    return true;
  }

  @Override
  public Optional<Codec<?>> codec(Type type) {
    JavaType known = mapper.constructType(type);
    return Optional.of(new JacksonCodec<>(mapper, known));
  }
}
