package io.undercroft.runtime.config;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Secret;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.PluginInfo;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plugins and layers with options as real ones have them. Configuration must open none. */
final class Plugins {
  private Plugins() {}

  abstract static class Closed implements StoragePlugin {
    @Override
    public Backend open(Settings settings, PluginContext context) {
      throw new AssertionError("configuration opens no storage");
    }
  }

  static final class Memory extends Closed {
    static final Option<Integer> MAX_ENTRIES =
        Option.integer("max-entries").doc("refuse more").atLeast(1);

    @Override
    public String id() {
      return "memory";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(MAX_ENTRIES);
    }
  }

  static final class File extends Closed {
    static final Option<Path> PATH =
        Option.path("path").doc("a folder, or a file that ends in .json").required();
    static final Option<Durability> DURABILITY =
        Option.choice("durability", Durability.class).orElse(Durability.FULL);
    static final Option<Charset> ENCODING =
        Option.charset("encoding").orElse(StandardCharsets.UTF_8);
    static final Option<Boolean> PRETTY = Option.bool("pretty").orElse(true);
    static final Option<Duration> POLL =
        Option.duration("watch.poll").orElse(Duration.ofMillis(500)).atLeast(Duration.ofMillis(1));

    enum Durability {
      FULL,
      RELAXED
    }

    @Override
    public String id() {
      return "file";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(PATH, DURABILITY, ENCODING, PRETTY, POLL);
    }

    @Override
    public Set<String> exclusiveResources(Settings settings) {
      return Set.of("folder:" + settings.get(PATH).toAbsolutePath().normalize());
    }
  }

  static final class Redis extends Closed {
    static final Option<URI> ADDRESS = Option.uri("uri").doc("redis://host:port/db").required();
    static final Option<Secret> PASSWORD = Option.secret("password").doc("for AUTH");
    static final Option<Duration> TIMEOUT =
        Option.duration("timeout").orElse(Duration.ofSeconds(2)).atLeast(Duration.ofMillis(1));
    static final Option<Integer> MAX_CONNECTIONS =
        Option.integer("max-connections").orElse(16).atLeast(1).atMost(10_000);
    static final Option<Long> MAX_VALUE = Option.bytes("max-value").orElse(16L << 20);
    static final Option<List<String>> NODES = Option.list("nodes");
    static final Option<String> USER = Option.string("user");

    @Override
    public String id() {
      return "redis";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(ADDRESS, PASSWORD, TIMEOUT, MAX_CONNECTIONS, MAX_VALUE, NODES, USER);
    }

    @Override
    public Set<String> exclusiveResources(Settings settings) {
      return Set.of("redis:" + settings.get(ADDRESS));
    }
  }

  static final class Jdbc extends Closed {
    static final Option<String> URL = Option.string("url").doc("jdbc:…").required();
    static final Option<String> TABLE =
        Option.string("table")
            .orElse("entries")
            .check(name -> name.matches("[a-z_]+"), "must be words of [a-z_]");
    static final Option<Secret> PASSWORD = Option.secret("password").required();

    @Override
    public String id() {
      return "jdbc";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(URL, TABLE, PASSWORD);
    }
  }

  static final List<Option<?>> CACHE =
      List.of(
          Option.integer("max-entries").orElse(10_000).atLeast(1),
          Option.duration("staleness").orElse(Duration.ofSeconds(1)));
  static final List<Option<?>> ENCRYPT = List.of(Option.secret("key").doc("32 bytes").required());

  static Catalog.Builder catalog() {
    return Catalog.builder()
        .plugin(Catalog.Plugin.of(new Memory()))
        .plugin(Catalog.Plugin.of(new File()))
        .plugin(Catalog.Plugin.of(new Redis()))
        .plugin(Catalog.Plugin.of(new Jdbc()))
        .layer("audit", List.of())
        .layer("cache", CACHE)
        .layer("encrypt", ENCRYPT)
        .codecs(List.of("kryo"))
        .formats(List.of("json", "msgpack", "protobuf"))
        .compressions(List.of("none", "gzip", "zstd"))
        .place("plugins/");
  }

  static PluginInfo broken(String id, String origin, String problem) {
    return new PluginInfo(id, "unknown", origin, Optional.of(problem), List.of());
  }
}
