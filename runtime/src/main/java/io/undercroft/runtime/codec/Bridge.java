package io.undercroft.runtime.codec;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonMergePatch;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonPatch;
import jakarta.json.JsonPatchBuilder;
import jakarta.json.JsonPointer;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import jakarta.json.JsonWriter;
import jakarta.json.JsonWriterFactory;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Map;

/**
 * The JSON Processing that JSON-B is given: where it is handed a {@link Source} or a {@link Sink}
 * it gets the parser or generator inside; everything else is that of the implementation beside the
 * runtime.
 *
 * <p>So JSON-B works on our documents through its standard interface, whoever implements it, and
 * the bytes are read and written once.
 */
final class Bridge extends JsonProvider {
  private final JsonProvider rest;

  Bridge(JsonProvider rest) {
    this.rest = rest;
  }

  /** A reader that is only a way to hand over a parser. */
  static final class Source extends Reader {
    private final DocumentParser parser;

    Source(DocumentParser parser) {
      this.parser = parser;
    }

    @Override
    public int read(char[] into, int from, int length) {
      throw new UnsupportedOperationException("ask the provider for a parser of this reader");
    }

    @Override
    public void close() {}
  }

  /** A writer that is only a way to hand over a generator. */
  static final class Sink extends Writer {
    private final DocumentGenerator generator;

    Sink(DocumentGenerator generator) {
      this.generator = generator;
    }

    @Override
    public void write(char[] from, int first, int length) {
      throw new UnsupportedOperationException("ask the provider for a generator of this writer");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Override
  public JsonParser createParser(Reader reader) {
    return reader instanceof Source source ? source.parser : rest.createParser(reader);
  }

  @Override
  public JsonGenerator createGenerator(Writer writer) {
    return writer instanceof Sink sink ? sink.generator : rest.createGenerator(writer);
  }

  @Override
  public JsonParserFactory createParserFactory(Map<String, ?> config) {
    return new Parsers(rest.createParserFactory(config));
  }

  @Override
  public JsonGeneratorFactory createGeneratorFactory(Map<String, ?> config) {
    return new Generators(rest.createGeneratorFactory(config));
  }

  private record Parsers(JsonParserFactory rest) implements JsonParserFactory {
    @Override
    public JsonParser createParser(Reader reader) {
      return reader instanceof Source source ? source.parser : rest.createParser(reader);
    }

    @Override
    public JsonParser createParser(InputStream in) {
      return rest.createParser(in);
    }

    @Override
    public JsonParser createParser(InputStream in, Charset charset) {
      return rest.createParser(in, charset);
    }

    @Override
    public JsonParser createParser(JsonObject object) {
      return rest.createParser(object);
    }

    @Override
    public JsonParser createParser(JsonArray array) {
      return rest.createParser(array);
    }

    @Override
    public Map<String, ?> getConfigInUse() {
      return rest.getConfigInUse();
    }
  }

  private record Generators(JsonGeneratorFactory rest) implements JsonGeneratorFactory {
    @Override
    public JsonGenerator createGenerator(Writer writer) {
      return writer instanceof Sink sink ? sink.generator : rest.createGenerator(writer);
    }

    @Override
    public JsonGenerator createGenerator(OutputStream out) {
      return rest.createGenerator(out);
    }

    @Override
    public JsonGenerator createGenerator(OutputStream out, Charset charset) {
      return rest.createGenerator(out, charset);
    }

    @Override
    public Map<String, ?> getConfigInUse() {
      return rest.getConfigInUse();
    }
  }

  // all that follows is the other implementation's

  @Override
  public JsonParser createParser(InputStream in) {
    return rest.createParser(in);
  }

  @Override
  public JsonGenerator createGenerator(OutputStream out) {
    return rest.createGenerator(out);
  }

  @Override
  public JsonReader createReader(Reader reader) {
    return rest.createReader(reader);
  }

  @Override
  public JsonReader createReader(InputStream in) {
    return rest.createReader(in);
  }

  @Override
  public JsonWriter createWriter(Writer writer) {
    return rest.createWriter(writer);
  }

  @Override
  public JsonWriter createWriter(OutputStream out) {
    return rest.createWriter(out);
  }

  @Override
  public JsonWriterFactory createWriterFactory(Map<String, ?> config) {
    return rest.createWriterFactory(config);
  }

  @Override
  public JsonReaderFactory createReaderFactory(Map<String, ?> config) {
    return rest.createReaderFactory(config);
  }

  @Override
  public JsonObjectBuilder createObjectBuilder() {
    return rest.createObjectBuilder();
  }

  @Override
  public JsonObjectBuilder createObjectBuilder(JsonObject object) {
    return rest.createObjectBuilder(object);
  }

  @Override
  public JsonObjectBuilder createObjectBuilder(Map<String, ?> map) {
    return rest.createObjectBuilder(map);
  }

  @Override
  public JsonArrayBuilder createArrayBuilder() {
    return rest.createArrayBuilder();
  }

  @Override
  public JsonArrayBuilder createArrayBuilder(JsonArray array) {
    return rest.createArrayBuilder(array);
  }

  @Override
  public JsonArrayBuilder createArrayBuilder(Collection<?> items) {
    return rest.createArrayBuilder(items);
  }

  @Override
  public JsonPointer createPointer(String pointer) {
    return rest.createPointer(pointer);
  }

  @Override
  public JsonPatchBuilder createPatchBuilder() {
    return rest.createPatchBuilder();
  }

  @Override
  public JsonPatchBuilder createPatchBuilder(JsonArray array) {
    return rest.createPatchBuilder(array);
  }

  @Override
  public JsonPatch createPatch(JsonArray array) {
    return rest.createPatch(array);
  }

  @Override
  public JsonPatch createDiff(JsonStructure source, JsonStructure target) {
    return rest.createDiff(source, target);
  }

  @Override
  public JsonMergePatch createMergePatch(JsonValue patch) {
    return rest.createMergePatch(patch);
  }

  @Override
  public JsonMergePatch createMergeDiff(JsonValue source, JsonValue target) {
    return rest.createMergeDiff(source, target);
  }

  @Override
  public JsonBuilderFactory createBuilderFactory(Map<String, ?> config) {
    return rest.createBuilderFactory(config);
  }

  @Override
  public JsonString createValue(String value) {
    return rest.createValue(value);
  }

  @Override
  public JsonNumber createValue(int value) {
    return rest.createValue(value);
  }

  @Override
  public JsonNumber createValue(long value) {
    return rest.createValue(value);
  }

  @Override
  public JsonNumber createValue(double value) {
    return rest.createValue(value);
  }

  @Override
  public JsonNumber createValue(BigDecimal value) {
    return rest.createValue(value);
  }

  @Override
  public JsonNumber createValue(BigInteger value) {
    return rest.createValue(value);
  }

  @Override
  public JsonNumber createValue(Number value) {
    return rest.createValue(value);
  }
}
