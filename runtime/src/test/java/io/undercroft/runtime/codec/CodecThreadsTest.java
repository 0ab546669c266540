package io.undercroft.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.codec.Samples.Sample;
import io.undercroft.spi.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecThreadsTest {
  private static final int THREADS = 8;
  private static final int TIMES = 300;

  /** The first use builds most of what JSON-B knows of a type; here all threads are first. */
  @ParameterizedTest
  @CsvSource({"json,none", "json,lz4", "msgpack,none", "msgpack,zstd", "json,snappy", "json,gzip"})
  void oneCodecServesManyThreadsFromTheFirstMoment(String format, String compression)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (Sample sample : Samples.mapped()) {
        Codec<Object> codec =
            Coding.codec(
                sample.type(),
                CodecSettings.DEFAULT.withFormat(format).withCompression(compression));
        Codec<Object> writer =
            Coding.codec(sample.type(), CodecSettings.DEFAULT.withFormat(format));
        byte[] written = writer.encode(sample.value());
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          boolean reads = i % 2 == 0;
          work.add(
              () -> {
                start.await(60, TimeUnit.SECONDS);
                if (reads) {
                  assertThat(codec.decode(written, writer.contentType())).isEqualTo(sample.value());
                }
                for (int k = 0; k < TIMES / 10; k++) {
                  byte[] bytes = codec.encode(sample.value());
                  assertThat(codec.decode(bytes, codec.contentType())).isEqualTo(sample.value());
                }
                return null;
              });
        }
        for (Future<Void> done : threads.invokeAll(work)) {
          done.get(120, TimeUnit.SECONDS);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Many documents with many names: the cache of names is shared and small. */
  @ParameterizedTest
  @CsvSource({"json", "msgpack"})
  void threadsDoNotMixTheirDocuments(String format) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      Codec<Object> codec =
          Coding.codec(jakarta.json.JsonValue.class, CodecSettings.DEFAULT.withFormat(format));
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        work.add(
            () -> {
              for (int k = 0; k < TIMES; k++) {
                StringBuilder text = new StringBuilder("{\"thread\":" + thread);
                for (int n = 0; n < 50; n++) {
                  int name = (n * 31 + k * 7 + thread * 101) % 1_000;
                  text.append(",\"n").append(n).append('_').append(name).append("\":").append(k);
                }
                String document = text.append('}').toString();
                byte[] bytes = codec.encode(JsonDoor.parse(document));
                Object back = codec.decode(bytes, codec.contentType());
                assertThat(JsonDoor.text((jakarta.json.JsonValue) back)).isEqualTo(document);
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get(120, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
