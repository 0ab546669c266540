package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Secret;
import io.undercroft.storage.ConfigInfo;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which source is in force, and what a source that cannot be read says. */
class SourcesTest {
  /** A source of the application's own that does not list its names, as a vault may not. */
  public static final class Vault implements ConfigSource {
    @Override
    public Set<String> getPropertyNames() {
      return Set.of(); // a vault lists no secrets
    }

    @Override
    public @Nullable String getValue(String name) {
      return name.equals("storages.rooms.password") ? "from the vault" : null;
    }

    @Override
    public String getName() {
      return "vault";
    }
  }

  private static Path write(Path file, String... lines) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private static ClassLoader classPath(ClassLoader parent, Path... folders) throws IOException {
    URL[] urls = new URL[folders.length];
    for (int i = 0; i < folders.length; i++) {
      urls[i] = folders[i].toUri().toURL();
    }
    return new URLClassLoader(urls, parent);
  }

  private static ClassLoader classPath(Path... folders) throws IOException {
    return classPath(ClassLoader.getPlatformClassLoader(), folders);
  }

  private static ConfigInfo encoding(Configuration.Builder builder) {
    return Starts.start(builder).config().stream()
        .filter(info -> info.name().equals("storage.encoding"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theStrongestSourceIsInForce(@TempDir Path folder) throws IOException {
    write(
        folder.resolve("META-INF/microprofile-config.properties"),
        "storage.type=file",
        "storage.path=x",
        "storage.encoding=UTF-8");
    Configuration.Builder builder = Starts.isolated().classLoader(classPath(folder));
    assertThat(encoding(builder))
        .isEqualTo(new ConfigInfo("storage.encoding", "UTF-8", "microprofile-config.properties"));

    write(folder.resolve("META-INF/microprofile-config.yaml"), "storage: {encoding: UTF-16}");
    assertThat(encoding(builder).source()).isEqualTo("microprofile-config.yaml");

    Path first = write(folder.resolve("first.properties"), "storage.encoding=UTF-16BE");
    Path second = write(folder.resolve("second.yaml"), "storage: {encoding: UTF-16LE}");
    builder.file(first).file(second);
    assertThat(encoding(builder))
        .isEqualTo(new ConfigInfo("storage.encoding", "UTF-16LE", second.toString()));

    builder.environment(Map.of("STORAGE_ENCODING", "UTF-32"));
    assertThat(encoding(builder))
        .isEqualTo(new ConfigInfo("storage.encoding", "UTF-32", "environment STORAGE_ENCODING"));

    builder.systemProperties(Map.of("storage.encoding", "US-ASCII"));
    assertThat(encoding(builder))
        .isEqualTo(new ConfigInfo("storage.encoding", "US-ASCII", "system property"));

    builder.set("storage.encoding", "ISO-8859-1");
    assertThat(encoding(builder))
        .isEqualTo(new ConfigInfo("storage.encoding", "ISO-8859-1", "code"));
  }

  @Test
  void aFileMaySayHowStrongItIs(@TempDir Path folder) throws IOException {
    Path file =
        write(
            folder.resolve("strong.properties"),
            "config_ordinal = 500",
            "storage.type = file",
            "storage.path = x",
            "storage.encoding=UTF-16");
    Configuration.Builder builder =
        Starts.isolated().file(file).systemProperties(Map.of("storage.encoding", "UTF-8"));
    assertThat(encoding(builder).source()).isEqualTo(file.toString());
  }

  @Test
  void anEarlierJarWinsAndEveryOneIsNamed(@TempDir Path folder) throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    write(one.resolve("META-INF/microprofile-config.properties"), "storage.type=file");
    write(
        two.resolve("META-INF/microprofile-config.properties"),
        "storage.type=memory",
        "storage.pathh=x");
    assertThat(Starts.problems(Starts.isolated().classLoader(classPath(one, two))))
        .containsExactly(
            "storage.path (microprofile-config.properties of one): not set, but plugin 'file'"
                + " requires it (path): a folder, or a file that ends in .json",
            "storage.pathh (microprofile-config.properties of two): unknown option; did you mean"
                + " 'path'?");
  }

  @Test
  void profilesWork(@TempDir Path folder) throws IOException {
    write(
        folder.resolve("META-INF/microprofile-config.properties"),
        "storage.type=file",
        "storage.path=x",
        "storage.encoding=UTF-8",
        "%dev.storage.encoding=UTF-16",
        "%test.storage.no-such-thing=1");
    Configuration.Builder builder = Starts.isolated().classLoader(classPath(folder));
    assertThat(encoding(builder).value()).isEqualTo("UTF-8");
    builder.systemProperties(Map.of("mp.config.profile", "dev"));
    assertThat(encoding(builder).value()).isEqualTo("UTF-16");

    write(folder.resolve("META-INF/microprofile-config-dev.properties"), "storage.encoding=UTF-32");
    assertThat(encoding(builder))
        .isEqualTo(
            new ConfigInfo("storage.encoding", "UTF-32", "microprofile-config-dev.properties"));

    builder.systemProperties(Map.of("mp.config.profile", "test"));
    assertThat(Starts.problems(builder))
        .singleElement()
        .asString()
        .startsWith("storage.no-such-thing (microprofile-config.properties): unknown option");
    builder.systemProperties(Map.of()).set("mp.config.profile", "dev");
    assertThat(encoding(builder).value()).isEqualTo("UTF-32");
  }

  @Test
  void expressionsWorkInFilesAndCodeIsTakenLiterally(@TempDir Path folder) throws IOException {
    Path file =
        write(
            folder.resolve("app.properties"),
            "storages.a.type=file",
            "storages.a.path=${base.dir}/a/${nothing:default}",
            "storages.b.type=redis",
            "storages.b.uri=redis://localhost",
            "storages.b.password=${storages.c.password}",
            "storages.b.user=\\\\${not.expanded}",
            "storages.c.type=redis",
            "storages.c.uri=redis://elsewhere");
    StorageSpecs specs =
        Starts.start(
            Starts.isolated()
                .file(file)
                .environment(Map.of("BASE_DIR", "/srv"))
                .set("storages.c.password", "pa${ss}\\$"));
    assertThat(Starts.spec(specs, "a").settings().get(Plugins.File.PATH))
        .isEqualTo(Path.of("/srv/a/default"));
    assertThat(Starts.spec(specs, "b").settings().find(Plugins.Redis.USER))
        .contains("${not.expanded}");
    assertThat(Starts.spec(specs, "c").settings().get(Plugins.Redis.PASSWORD).reveal())
        .isEqualTo("pa${ss}\\$");
    assertThat(Starts.spec(specs, "b").settings().find(Plugins.Redis.PASSWORD).map(Secret::reveal))
        .contains("pa${ss}\\$");
  }

  @Test
  void anExpressionWithoutAValueIsAProblemOfItsPlace(@TempDir Path folder) throws IOException {
    Path file =
        write(
            folder.resolve("app.properties"),
            "storages.a.type=file",
            "storages.a.path=${base.dir}/${sub.dir}",
            "storages.a.encoding=${nothing:}",
            "storages.b.type=redis",
            "storages.b.uri=redis://me:hunter2@${redis.host:}${redis.port}",
            "storages.b.timeout=${storages.b.timeout}");
    assertThat(Starts.problems(Starts.isolated().file(file)))
        .containsExactly(
            "storages.a.path (" + file + "): refers to ${base.dir}, ${sub.dir}, which is not set",
            "storages.b.timeout (configuration): cannot be read",
            "storages.b.uri (" + file + "): refers to ${redis.port}, which is not set");
  }

  @Test
  void aSourceOfTheApplicationIsAskedEvenIfItListsNothing(@TempDir Path folder) throws IOException {
    write(
        folder.resolve("META-INF/services/org.eclipse.microprofile.config.spi.ConfigSource"),
        Vault.class.getName());
    ClassLoader loader = classPath(getClass().getClassLoader(), folder);
    StorageSpecs specs =
        Starts.start(
            Starts.isolated()
                .classLoader(loader)
                .set("storages.rooms.type", "redis")
                .set("storages.rooms.uri", "redis://localhost"));
    assertThat(Starts.spec(specs, "rooms").settings().get(Plugins.Redis.PASSWORD).reveal())
        .isEqualTo("from the vault");
    assertThat(specs.config()).contains(new ConfigInfo("storages.rooms.password", "***", "vault"));
  }

  @Test
  void aSourceThatCannotBeMadeIsAProblem(@TempDir Path folder) throws IOException {
    write(
        folder.resolve("META-INF/services/org.eclipse.microprofile.config.spi.ConfigSource"),
        "com.acme.NoSuchSource");
    Configuration configuration =
        Starts.isolated().classLoader(classPath(getClass().getClassLoader(), folder)).build();
    assertThat(Starts.problems(configuration::bootstrap))
        .singleElement()
        .asString()
        .contains("configuration source cannot be made")
        .contains("com.acme.NoSuchSource");
  }

  @Test
  void whatIsAmbientMayBeLeftOut(@TempDir Path folder) throws IOException {
    Path file = write(folder.resolve("app.properties"), "storages.rooms.type=memory");
    StorageSpecs specs =
        Starts.start(
            Configuration.builder()
                .file(file)
                .withoutAmbient()
                .environment(Map.of("STORAGE_TYPE", "file"))
                .systemProperties(Map.of("storages.x.type", "memory")));
    assertThat(specs.storages()).containsOnlyKeys("rooms");
  }

  @Test
  void itIsCapturedOnce(@TempDir Path folder) throws IOException {
    Path file = write(folder.resolve("app.properties"), "storage.type=memory");
    Configuration.Builder builder = Starts.isolated().file(file);
    Configuration configuration = builder.build();
    write(file, "storage.type=no such thing");
    builder.set("storage.type", "neither");
    assertThat(configuration.check(Plugins.catalog().build()).storages())
        .containsOnlyKeys("default");
  }

  @Test
  void nothingOfTheWorkingDirectoryIsRead() {
    // SmallRye's defaults would add .env and config/application.properties from there.
    OwnConfig own = new OwnConfig(new TreeSet<>());
    own.addSystemProperties(Map.of());
    own.addEnvironment(Map.of());
    own.addClassPath(getClass().getClassLoader());
    assertThat(own.build().orElseThrow().getConfigSources())
        .extracting(ConfigSource::getName)
        .noneMatch(name -> name.contains("application") || name.contains(".env"));
  }

  @Test
  void aHandedInConfigCannotBeLeftOutAtTheSameTime() {
    Configuration.Builder builder =
        Configuration.builder().ambient(new PlainConfig(List.of())).withoutAmbient();
    assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
  }

  // ---- files that cannot be read

  private static List<String> refused(Configuration.Builder builder) {
    Configuration configuration = builder.build();
    return Starts.problems(configuration::bootstrap);
  }

  @Test
  void aFileThatIsNotThereOrNoneOfOursIsNamed(@TempDir Path folder) throws IOException {
    Path absent = folder.resolve("absent.yaml");
    Path strange = write(folder.resolve("app.json"), "{}");
    Path latin = folder.resolve("latin.properties");
    Files.write(latin, "storage.type=bücher".getBytes(StandardCharsets.ISO_8859_1));
    Files.createDirectory(folder.resolve("dir.yaml"));
    Path ordinal = write(folder.resolve("ordinal.properties"), "config_ordinal=high");
    assertThat(
            refused(
                Configuration.builder()
                    .withoutAmbient()
                    .file(absent)
                    .file(strange)
                    .file(latin)
                    .file(folder.resolve("dir.yaml"))
                    .file(ordinal)))
        .containsExactlyInAnyOrder(
            absent + ": no such file (looked for " + absent + ")",
            strange + ": must end in .properties, .yaml or .yml",
            latin + ": is not UTF-8; save it in that encoding",
            folder.resolve("dir.yaml") + ": is a folder, not a configuration file",
            ordinal + ": config_ordinal must be a whole number, not high");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "storage:~  type: file~\tpassword: hunter2 | 3 | ': indent with blanks, not with a tab'",
        "storage:~  uri: redis: hunter2 | 2 | ': a '':'' stands where none may; put a value that holds '': '' in quotes'",
        "storage:~  password: 'hunter2 | 3 | ': a quote or a bracket is not closed'",
        "storage:~  type: file~ password: hunter2 | 3 | ': the indentation does not fit the lines above'",
        "storage:~  password: *hunter2 | 2 | ''",
        "storage:~  password: !hunter2 x~  type: y | 2 | ''",
        "storage:~  password: \"\\hunter2\" | 2 | ''",
        "storage:~  [hunter2]]: x | 2 | ': the indentation does not fit the lines above'",
        "storage:~  password: %hunter2 | 2 | ''",
      })
  void malformedYamlIsReportedWithItsLineAndNotWithItsWords(
      String text, int line, String why, @TempDir Path folder) throws IOException {
    Path file = write(folder.resolve("app.yaml"), text.replace('~', '\n'));
    Configuration configuration = Configuration.builder().withoutAmbient().file(file).build();
    assertThat(Starts.problems(configuration::bootstrap))
        .containsExactly(file + ":" + line + ": is not YAML" + (why == null ? "" : why));
    assertThatThrownBy(configuration::bootstrap)
        .satisfies(problem -> assertThat(Starts.printed(problem)).doesNotContain("hunter2"));
  }

  @Test
  void yamlThatWouldBeLostInSilenceIsRefused(@TempDir Path folder) throws IOException {
    Path twice =
        write(
            folder.resolve("twice.yaml"),
            "storages:",
            "  rooms: {type: memory}",
            "other: 1",
            "storages:",
            "  users: {type: memory}");
    Path inside =
        write(
            folder.resolve("inside.yaml"),
            "storages:",
            "  rooms:",
            "    type: memory",
            "    type: file");
    Path flat = write(folder.resolve("flat.yaml"), "storage.type=file");
    Path list = write(folder.resolve("list.yml"), "# a comment", "- storage", "- storages");
    assertThat(
            refused(
                Configuration.builder()
                    .withoutAmbient()
                    .file(twice)
                    .file(inside)
                    .file(flat)
                    .file(list)))
        .containsExactlyInAnyOrder(
            twice
                + ":4: storages is here a second time (first in line 1); the first one would be"
                + " lost",
            inside
                + ":4: type is here a second time (first in line 3); the first one would be"
                + " lost",
            flat + ":1: must be a mapping such as 'storage: {type: file}'",
            list + ":2: must be a mapping such as 'storage: {type: file}'");
  }

  @Test
  void yamlMayBeEmptyHaveDocumentsAliasesAndDottedKeys(@TempDir Path folder) throws IOException {
    Path empty = write(folder.resolve("empty.yaml"), "# nothing yet");
    Path rich =
        write(
            folder.resolve("rich.yaml"),
            "storage.type: memory",
            "x-common: &common",
            "  type: file",
            "  encoding: UTF-16",
            "storages:",
            "  a:",
            "    <<: *common",
            "    path: a",
            "    encoding: UTF-8",
            "---",
            "storages:",
            "  b: {type: file, path: b, watch.poll: 1s}",
            "  unused:");
    StorageSpecs specs =
        Starts.start(Configuration.builder().withoutAmbient().file(empty).file(rich));
    assertThat(specs.storages()).containsOnlyKeys("default", "a", "b");
    assertThat(Starts.spec(specs, "a").settings().get(Plugins.File.ENCODING))
        .isEqualTo(StandardCharsets.UTF_8);
    assertThat(Starts.spec(specs, "b").settings().get(Plugins.File.POLL)).hasSeconds(1);
  }

  @Test
  void aBrokenEscapeInPropertiesIsReportedWithItsLine(@TempDir Path folder) throws IOException {
    Path file =
        write(
            folder.resolve("app.properties"),
            "# C:\\users is fine in a comment",
            "storage.type=file",
            "a=\\\\users and \\u00e4 are fine",
            "storage.path=C:\\users\\hunter2");
    assertThat(refused(Configuration.builder().withoutAmbient().file(file)))
        .containsExactly(file + ":4: \\u must be followed by four hexadecimal digits");
  }

  @Test
  void aFileOfTheClassPathThatCannotBeReadIsReportedToo(@TempDir Path folder) throws IOException {
    write(folder.resolve("META-INF/microprofile-config.yaml"), "storage: [hunter2");
    assertThat(refused(Starts.isolated().classLoader(classPath(folder))))
        .singleElement()
        .asString()
        .startsWith("microprofile-config.yaml:2: is not YAML")
        .doesNotContain("hunter2");
  }

  @Test
  void whatFollowsFromAnUnreadableFileIsNotReportedButWhatElseIsWrongIs(@TempDir Path folder)
      throws IOException {
    Path file = write(folder.resolve("app.yaml"), "storages: {rooms: {type: redis");
    assertThat(
            refused(
                Starts.isolated()
                    .file(file)
                    .environment(
                        Map.of("STORAGES_ROOMS_URI", "x", "STORAGES_ROOMS_TIMEOUT", "long"))
                    .set("storages.users.emulation", "never")
                    .set("storage.plugins.trust", "everyone")))
        .containsExactly(
            file + ":2: is not YAML: a quote or a bracket is not closed",
            "storage.plugins.trust=everyone (code): must be one of open, lock, signed",
            "storages.users.emulation=never (code): must be one of auto, native-only");
  }
}
