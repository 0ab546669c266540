package io.undercroft.it;

import io.undercroft.runtime.config.CommonOptions;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.StoragePlugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes {@code docs/configuration.md} of the options that are declared. */
final class ConfigurationPage {
  private static final String HEAD =
      """
      # Configuration keys

      <!-- Made from the options that runtime, plugins and layers declare. Change them there, then run
      %s -->

      Every key that there is. `./undercroft plugins --options` says the same of the plugins that it finds, also of yours; `./undercroft config` what is in force, and from which source.

      ```properties
      storage.type=file                        # the default storage
      storage.path=data/rooms
      storages.films.type=sqlite               # a named one, injected by @StorageName("films")
      storages.films.database=data/films.db
      storages.films.layers=cache              # a layer's keys stand after its name
      storages.films.cache.max-entries=500
      storage.plugins.path=plugins             # once for all
      ```

      **Environment.** A key's variable is the key in upper case, with `_` for whatever is no letter or digit: `STORAGE_TYPE`, `STORAGES_FILMS_CACHE_MAX_ENTRIES`. `STORAGES_MOVIE_ROOMS_TYPE` makes a storage `movie-rooms` if none of that name is configured elsewhere.

      **Sources**, the strongest first: code (`Undercroft.builder().set(…)`), system properties, environment, a file that is handed in (`config(file)`, `undercroft -c`; `.properties`, `.yaml`), `META-INF/microprofile-config.yaml`, `.properties`, and what else the server's MicroProfile Config has. A blank value counts as not set. Profiles (`%%prod.storage.type`) and expressions (`${DB_PASSWORD}`) are those of MicroProfile Config.

      **Mistakes** stop the start, all in one report, each with its source; an unknown key is one. A *secret* is never shown, wherever configuration is.

      **Values.** Durations: `500ms`, `2s`, `5m`, `1h`, `7d`, `PT2S`. Sizes: `4096`, `64KB`, `16MiB`, `1GiB`; KB and KiB both mean 1,024. A name of a storage is 1 to 64 letters, digits, `-` and `_`.

      ## Every storage

      Keys stand after `storage.` or `storages.NAME.`, variables after `STORAGE_` or `STORAGES_NAME_`; so on the whole page.

      """;

  private ConfigurationPage() {}

  /** Returns the whole page. */
  static String text() {
    StringBuilder page = new StringBuilder(HEAD.formatted(ConfigurationPageTest.COMMAND));
    page.append(table("", CommonOptions.STORAGE));
    page.append("\n## Plugins as such\n\nOnce for all, after `storage.` only.\n\n");
    page.append(table("", CommonOptions.ALL_PLUGINS));
    page.append("\n## Backends\n");
    for (StoragePlugin plugin : plugins()) {
      page.append("\n### `type=").append(plugin.id()).append("`\n\n");
      page.append(table("", plugin.options()));
    }
    page.append("\n## Layers\n\nWhat each does: [layers.md](layers.md).\n");
    for (LayerPlugin layer : layers()) {
      page.append("\n### `").append(layer.id()).append("`\n\n");
      page.append(table(layer.id() + ".", layer.options()));
    }
    return page.toString();
  }

  /** Returns every kind of storage that the checkout has, by id. */
  static List<StoragePlugin> plugins() {
    List<StoragePlugin> all = new ArrayList<>(List.of(new MemoryPlugin()));
    all.addAll(declared(StoragePlugin.class));
    all.sort(Comparator.comparing(StoragePlugin::id));
    return all;
  }

  /** Returns every kind of layer that the checkout has, by id. */
  static List<LayerPlugin> layers() {
    return declared(LayerPlugin.class).stream()
        .sorted(Comparator.comparing(LayerPlugin::id))
        .toList();
  }

  /** Loads what the modules of the checkout declare, and nothing that a test has planted. */
  private static <S> List<S> declared(Class<S> service) {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.toList()) {
        Path file = module.resolve("src/main/resources/META-INF/services/" + service.getName());
        if (Files.exists(file)) {
          names.addAll(Files.readAllLines(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<S> found =
        ServiceLoader.load(service).stream()
            .filter(provider -> names.remove(provider.type().getName()))
            .map(ServiceLoader.Provider::get)
            .toList();
    if (found.isEmpty() || !names.isEmpty()) {
      throw new IllegalStateException(
          "add to the dependencies of integration-tests what has " + service + " " + names);
    }
    return found;
  }

  /** Returns the variable of a key, or of a part of it. */
  static String variable(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private static String table(String prefix, List<Option<?>> options) {
    if (options.isEmpty()) {
      return "None.\n";
    }
    return Stream.concat(
            Stream.of(
                row("key", "variable", "type", "default", "must", "says"),
                row("---", "---", "---", "---", "---", "---")),
            options.stream().map(option -> row(prefix, option)))
        .collect(Collectors.joining());
  }

  private static String row(String prefix, Option<?> option) {
    String key = prefix + option.name();
    return row(
        "`" + key + "`",
        "`" + variable(key) + "`",
        option.type(),
        option.isRequired()
            ? "**required**"
            : option.shownFallback().map(text -> "`" + text + "`").orElse(""),
        option.demands().stream()
            .filter(words -> !words.equals("must not be empty"))
            .map(words -> words.replaceFirst("^must ", ""))
            .collect(Collectors.joining("; ")),
        option.doc());
  }

  private static String row(String... cells) {
    return Stream.of(cells)
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
