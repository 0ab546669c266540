package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the layer {@code telemetry} traces and measures goes where the server's MicroProfile
 * Telemetry sends it: here to a receiver of OTLP over HTTP, which looks for words in what comes.
 */
@ExtendWith(ArquillianExtension.class)
@Tag("microprofile")
@EnabledIfSystemProperty(
    named = "server.health",
    matches = ".+",
    disabledReason = "NOT RUN: no MicroProfile in this server, or not in this configuration of it")
class TelemetryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Map<String, List<String>> RECEIVED = new ConcurrentHashMap<>();
  private static final HttpServer RECEIVER = receiver();

  @ArquillianResource
  @SuppressWarnings("NullAway.Init") // set before every test
  URL application;

  private static HttpServer receiver() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", TelemetryIT::receive);
      server.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError("no receiver", e);
    }
  }

  private static void receive(HttpExchange exchange) throws IOException {
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream in = exchange.getRequestBody();
        InputStream plain = packed ? new GZIPInputStream(in) : in) {
      RECEIVED
          .computeIfAbsent(exchange.getRequestURI().getPath(), path -> new CopyOnWriteArrayList<>())
          .add(new String(plain.readAllBytes(), StandardCharsets.ISO_8859_1));
    }
    exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  @AfterAll
  static void stop() {
    RECEIVER.stop(0);
  }

  @Deployment(testable = false)
  static Archive<?> archive() {
    return Archives.rooms(
            "traced.war",
            """
            storage.type=memory
            storage.layers=telemetry
            storage.telemetry.system=heap
            storages.folder.type=memory
            storages.debits.type=memory
            storages.credits.type=memory
            otel.sdk.disabled=false
            otel.traces.exporter=otlp
            otel.metrics.exporter=otlp
            otel.logs.exporter=none
            otel.exporter.otlp.protocol=http/protobuf
            otel.exporter.otlp.endpoint=http://127.0.0.1:%d
            otel.bsp.schedule.delay=200
            otel.metric.export.interval=500
            """
                .formatted(RECEIVER.getAddress().getPort()))
        .addAsLibraries(new File("target/telemetry.jar"));
  }

  @Test
  void operationsAreTracedAndMeasuredUnderTheNamesOfTheConventions() throws Exception {
    Caller caller = new Caller(application);
    assertThat(caller.put("memory/friday", "{\"title\":\"Friday\"}").statusCode()).isEqualTo(204);
    await("/v1/traces", "PUT default", "db.system.name", "db.collection.name", "heap");
    if (!System.getProperty("arquillian.launch", "").equals("payara")) { // 1.1 is about traces only
      await("/v1/metrics", "db.client.operation.duration", "db.operation.name");
    }
  }

  private static void await(String path, String... words) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String all = String.join("", RECEIVED.getOrDefault(path, List.of()));
      if (List.of(words).stream().allMatch(all::contains)) {
        return;
      }
      if (System.nanoTime() - end > 0) {
        assertThat(all)
            .as("what came to %s; there came %s", path, RECEIVED.keySet())
            .contains(words);
      }
      Thread.sleep(100);
    }
  }
}
