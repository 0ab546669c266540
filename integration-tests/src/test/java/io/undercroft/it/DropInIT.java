package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A jar that was compiled against the SPI alone is dropped into the folder of a real distribution.
 */
final class DropInIT {
  private final Distribution distribution = new Distribution();

  @TempDir Path temporary;

  private Path plugins() throws IOException {
    return Files.createDirectories(temporary.resolve("plugins"));
  }

  private String[] withFolder(Path plugins, String trust, String... rest) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                "-D", "storage.plugins.path=" + plugins, "-D", "storage.plugins.trust=" + trust));
    all.addAll(Arrays.asList(rest));
    return all.toArray(String[]::new);
  }

  @Test
  void aDroppedJarServesAStorageWhileEveryBrokenOneFailsAlone() throws Exception {
    Path plugins = plugins();
    PluginJar.sample("shelf").drop(plugins);
    List<BrokenPlugin> broken =
        Arrays.stream(BrokenPlugin.values()).filter(b -> !b.stopsTheStart()).toList();
    broken.forEach(plugin -> plugin.write(plugins));

    Distribution.Ended listed =
        distribution.run(temporary, withFolder(plugins, "open", "plugins", "-o", "table"));
    assertThat(listed.status()).as(listed.err()).isZero();
    assertThat(listed.out()).containsPattern("shelf +1.0 +ok");
    for (BrokenPlugin plugin : broken) {
      assertThat(listed.out()).as(plugin.name()).contains(plugin.file()).contains(plugin.remedy());
    }

    Distribution.Ended info =
        distribution.run(
            temporary,
            withFolder(
                plugins,
                "open",
                "-D",
                "storages.books.type=shelf",
                "-D",
                "storages.books.uri=shelf://host/books",
                "set",
                "a",
                "1",
                "--if-absent",
                "--storage=books"));
    assertThat(info.status()).as(info.err()).isZero();
    assertThat(info.out()).contains("\"key\":\"a\"");
  }

  @Test
  void aJarDroppedWhileTheShellRunsServesAStorageThere() throws Exception {
    Path plugins = plugins();
    List<String> command =
        distribution.shell(
            List.of("storage.plugins.path=" + plugins, "storage.plugins.trust=open"));
    try (Shell shell = Shell.start(command, temporary.resolve("shell.log"))) {
      assertThat(ask(shell, "{\"op\":\"set\",\"key\":\"before\",\"value\":1}").getBoolean("ok"))
          .isTrue();
      assertThat(define(shell).getString("message")).contains("shelf").contains("memory");
      PluginJar.sample("shelf").drop(plugins);
      BrokenPlugin.THROWING_CONSTRUCTOR.write(plugins);
      JsonObject found = ask(shell, "{\"op\":\"reloadPlugins\"}");
      assertThat(found.toString())
          .contains("\"id\":\"shelf\"")
          .contains(BrokenPlugin.THROWING_CONSTRUCTOR.file());
      assertThat(define(shell).getBoolean("ok")).isTrue();
      assertThat(
              ask(shell, "{\"op\":\"set\",\"storage\":\"books\",\"key\":\"k\",\"value\":[1]}")
                  .getBoolean("ok"))
          .isTrue();
      assertThat(ask(shell, "{\"op\":\"get\",\"storage\":\"books\",\"key\":\"k\"}").toString())
          .isEqualTo("{\"ok\":true,\"result\":[1]}");
      assertThat(ask(shell, "{\"op\":\"get\",\"key\":\"before\"}").toString())
          .isEqualTo("{\"ok\":true,\"result\":1}");
    }
  }

  private static JsonObject define(Shell shell) {
    return ask(
        shell,
        "{\"op\":\"define\",\"storage\":\"books\",\"settings\":{\"type\":\"shelf\",\"uri\":\"shelf://host/books\"}}");
  }

  private static JsonObject ask(Shell shell, String request) {
    return shell.ask(Json.createReader(new java.io.StringReader(request)).readObject());
  }

  @Test
  void aJarThatIsNotLockedStopsTheStartUntilItIsLocked() throws Exception {
    Path plugins = plugins();
    PluginJar.sample("shelf").drop(plugins);
    assertThat(distribution.run(temporary, "plugins", "--lock=" + plugins).status()).isZero();
    assertThat(distribution.run(temporary, withFolder(plugins, "lock", "size")).status()).isZero();

    PluginJar.sample("rack").drop(plugins);
    Distribution.Ended refused = distribution.run(temporary, withFolder(plugins, "lock", "size"));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("rack").contains("plugins --lock");

    // as the message says it, in the same configuration
    Distribution.Ended locked =
        distribution.run(temporary, withFolder(plugins, "lock", "plugins", "--lock"));
    assertThat(locked.err() + locked.out()).contains(plugins.resolve("plugins.lock").toString());
    assertThat(distribution.run(temporary, withFolder(plugins, "lock", "size")).out())
        .isEqualTo("0\n");
  }
}
