package io.undercroft.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Films as JSON by Jackson, with which the libraries for Redis are mostly used. */
final class JacksonJson {
  private final ObjectReader reader;
  private final ObjectWriter writer;

  JacksonJson() {
    ObjectMapper mapper = mapper();
    reader = mapper.readerFor(Film.class);
    writer = mapper.writerFor(Film.class);
  }

  static ObjectMapper mapper() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .build();
  }

  byte[] encode(Film film) {
    try {
      return writer.writeValueAsBytes(film);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  Film decode(byte[] json) {
    try {
      return reader.readValue(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
