package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.undercroft.storage.ConfigInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Config of a server, whoever implements it. */
class HandedInConfigTest {
  private static final Map<String, String> FILE =
      Map.of(
          "storages.rooms.type", "redis",
          "storages.rooms.uri", "redis://localhost",
          "storages.rooms.timeout", "1s",
          "base.dir", "/srv",
          "server.port", "8080");
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "STORAGES_ROOMS_MAX_CONNECTIONS", "3",
          "STORAGES_MOVIE_ROOMS_TYPE", "memory",
          "STORAGES_ROOMS_TIMEOUT", "5s",
          "PATH", "/bin");
  private static final Map<String, String> SYSTEM = Map.of("storages.rooms.user", "app");

  private static Config plain() {
    return new PlainConfig(
        List.of(
            new PlainConfig.Source("SystemProperty", 400, SYSTEM),
            new PlainConfig.Source("Environment", 300, ENVIRONMENT),
            new PlainConfig.Source(
                "jar:file:/srv/app.war!/WEB-INF/classes/META-INF/microprofile-config.properties",
                100,
                FILE)));
  }

  /** As WildFly and Quarkus name and build them. */
  private static Config smallRye() {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withSources(
            new PlainConfig.Source("SysPropConfigSource", 400, SYSTEM),
            new EnvConfigSource(ENVIRONMENT, 300),
            new PlainConfig.Source(
                "PropertiesConfigSource[source=vfs:/srv/a.war/META-INF/microprofile-config.properties]",
                100,
                FILE))
        .build();
  }

  @Test
  void everyImplementationGivesTheSame() {
    for (Config config : List.of(plain(), smallRye())) {
      StorageSpecs specs = Starts.start(Configuration.builder().ambient(config));
      assertThat(specs.storages()).containsOnlyKeys("movie-rooms", "rooms");
      StorageSpec rooms = Starts.spec(specs, "rooms");
      assertThat(rooms.settings().get(Plugins.Redis.MAX_CONNECTIONS)).isEqualTo(3);
      assertThat(rooms.settings().get(Plugins.Redis.TIMEOUT)).hasSeconds(5);
      assertThat(rooms.config())
          .contains(
              new ConfigInfo("storages.rooms.type", "redis", "microprofile-config.properties"),
              new ConfigInfo("storages.rooms.timeout", "5s", "environment STORAGES_ROOMS_TIMEOUT"),
              new ConfigInfo("storages.rooms.user", "app", "system property"));
      assertThat(specs.notes()).isEmpty();
    }
  }

  @Test
  void codeAndFilesGoWithIt(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("env.yaml"),
            """
            storages:
              rooms: {timeout: 2s, max-value: 1KB, nodes: "${base.dir}/a"}
            """);
    for (Config config : List.of(plain(), smallRye())) {
      StorageSpec rooms =
          Starts.spec(
              Starts.start(
                  Configuration.builder()
                      .ambient(config)
                      .file(file)
                      .storage("rooms", Map.of("user", "code"))),
              "rooms");
      // the environment (300) is stronger than a file (250), a file than the class path (100)
      assertThat(rooms.settings().get(Plugins.Redis.TIMEOUT)).hasSeconds(5);
      assertThat(rooms.settings().get(Plugins.Redis.MAX_VALUE)).isEqualTo(1024);
      assertThat(rooms.settings().get(Plugins.Redis.NODES)).containsExactly("/srv/a");
      assertThat(rooms.settings().find(Plugins.Redis.USER)).contains("code");
      assertThat(rooms.config())
          .contains(new ConfigInfo("storages.rooms.max-value", "1KB", file.toString()));
    }
  }

  @Test
  void problemsNameTheServersSourcesAsAUserKnowsThem() {
    Config config =
        new PlainConfig(
            List.of(
                new PlainConfig.Source(
                    "System Properties Config Source", 400, Map.of("storage.tyype", "file")),
                new PlainConfig.Source(
                    "Environment Variables Config Source",
                    300,
                    Map.of("STORAGES_ROOMS_TYPE", "redsi")),
                new PlainConfig.Source(
                    "consul http://me:hunter2@consul:8500", 250, Map.of("storages.a.type", "?"))));
    assertThat(Starts.problems(Configuration.builder().ambient(config)))
        .containsExactly(
            "storage.tyype (system property): unknown option; did you mean 'type'?",
            "storages.a.type='?' (consul http://***@consul:8500): no such plugin; found file, jdbc, memory,"
                + " redis in plugins/",
            "storages.rooms.type=redsi (environment STORAGES_ROOMS_TYPE): no such plugin; did you"
                + " mean 'redis'? found file, jdbc, memory, redis in plugins/",
            "storages.rooms.uri (environment STORAGES_ROOMS_TYPE): not set, but plugin 'redis'"
                + " requires it (URI): redis://host:port/db");
  }

  /** Sees this package anew, and everything else but SmallRye and its YAML. */
  private static final class ServerLoader extends ClassLoader {
    ServerLoader() {
      super(HandedInConfigTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.smallrye.") || name.startsWith("org.yaml.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith(HandedInConfigTest.class.getPackageName() + ".")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? define(name) : loaded;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void aServersConfigIsReadWithoutSmallRyeOnTheClassPath() throws ReflectiveOperationException {
    Class<?> type = new ServerLoader().loadClass(WithoutSmallRye.class.getName());
    assertThat(type).isNotSameAs(WithoutSmallRye.class);
    ((Runnable) type.getDeclaredConstructor().newInstance()).run();
  }
}
