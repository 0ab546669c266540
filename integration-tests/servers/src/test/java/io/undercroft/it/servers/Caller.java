package io.undercroft.it.servers;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Asks the deployed application over HTTP. */
final class Caller {
  private static final HttpClient CLIENT = client().build();

  private final HttpClient client;
  private final String base;

  private Caller(HttpClient client, String base) {
    this.client = client;
    this.base = base;
  }

  Caller(URL application) {
    this(CLIENT, application + "api/");
  }

  private static HttpClient.Builder client() {
    return HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
  }

  /** Asks an application by the path that it has in the server. */
  static Caller at(String context) {
    return new Caller(
        CLIENT, "http://localhost:" + System.getProperty("server.port") + "/" + context + "/api/");
  }

  /** Returns one that the server knows again. */
  Caller withSession() {
    return new Caller(client().cookieHandler(new CookieManager()).build(), base);
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(with(headers, request(path).GET()));
  }

  HttpResponse<String> post(String path) {
    return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Returns the lines of a stream of events, as they come; it ends when it is closed. */
  Stream<String> events(String path) {
    try {
      return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofLines()).body();
    } catch (IOException e) {
      throw new AssertionError("the server does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Asks again until the answer is as it should be, for at most half a minute. */
  void awaitBody(String path, Predicate<String> expected) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    String body = get(path).body();
    while (!expected.test(body)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(path + " still answers " + body);
      }
      body = get(path).body();
    }
  }

  HttpResponse<String> delete(String path) {
    return send(request(path).DELETE());
  }

  HttpResponse<String> put(String path, String json, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json));
    return send(with(headers, request));
  }

  private static HttpRequest.Builder with(String[] headers, HttpRequest.Builder request) {
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("the server does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
