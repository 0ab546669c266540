package io.undercroft.layer.validate;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.SpecVersionDetector;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.InputStreamSource;
import io.undercroft.spi.NewEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A schema that was read and is whole.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Schema {
  private static final int SHOWN = 5;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;
  private final JsonSchema schema;

  private Schema(Path file, JsonSchema schema) {
    this.file = file;
    this.schema = schema;
  }

  /**
   * Reads a schema.
   *
   * @throws StorageException INVALID_CONFIG if it cannot be read, is none, or refers to what is not
   *     in it
   */
  static Schema read(Path file) {
    try {
      JsonNode document = JSON.readTree(Files.readString(file));
      VersionFlag version =
          SpecVersionDetector.detectOptionalVersion(document, true).orElse(VersionFlag.V202012);
      JsonSchemaFactory factory =
          JsonSchemaFactory.getInstance(
              version,
              builder ->
                  builder.schemaLoaders(loaders -> loaders.add(iri -> known(iri.toString()))));
      JsonSchema schema =
          factory.getSchema(
              document,
              SchemaValidatorsConfig.builder()
                  .pathType(PathType.JSON_POINTER)
                  .preloadJsonSchema(true)
                  .build());
      schema.initializeValidators();
      return new Schema(file, schema);
    } catch (IOException e) {
      throw wrong(file, "cannot be read: " + e, e);
    } catch (RuntimeException e) {
      throw wrong(file, "is no schema that can be used: " + e.getMessage(), e);
    }
  }

  /** Leaves the drafts' own documents to the library, which brings them along. */
  private static @Nullable InputStreamSource known(String iri) {
    if (iri.startsWith("classpath:") || iri.matches("https?://json-schema\\.org/.*")) {
      return null;
    }
    throw new IllegalArgumentException(
        "it refers to " + iri + ", and nothing outside of the file is read; put it under $defs");
  }

  private static StorageException wrong(Path file, String what, Exception cause) {
    return StorageException.of(
        ErrorCode.INVALID_CONFIG,
        "layer 'json-schema': json-schema.file=%s %s".formatted(file, what),
        cause);
  }

  /**
   * Checks what is to be written.
   *
   * @throws StorageException INVALID_VALUE, naming the rules that are broken, not the value
   */
  void check(String key, NewEntry entry) {
    if (!entry.contentType().equals("application/json")) {
      throw invalid(
          key,
          "it is %s, and layer 'json-schema' reads application/json only; set format=json and compression=none"
              .formatted(entry.contentType()));
    }
    Set<ValidationMessage> broken;
    try {
      broken = schema.validate(JSON.readTree(entry.value()));
    } catch (JacksonException e) {
      throw invalid(key, "it is not JSON");
    } catch (IOException e) {
      throw invalid(key, "it cannot be read");
    }
    if (!broken.isEmpty()) {
      throw invalid(
          key,
          "it breaks %s of %s"
              .formatted(
                  broken.stream()
                      .map(rule -> "#" + rule.getEvaluationPath())
                      .distinct()
                      .limit(SHOWN)
                      .collect(Collectors.joining(", ")),
                  file));
    }
  }

  private static StorageException invalid(String key, String what) {
    return StorageException.of(
            ErrorCode.INVALID_VALUE,
            "the value of %s is refused: %s".formatted(StorageException.quote(key), what))
        .with("key", key);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
