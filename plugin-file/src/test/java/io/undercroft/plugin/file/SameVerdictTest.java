package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.NastyKeys;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every nasty key, valid or not, has the same fate in memory and in files, on every file system,
 * through the client that an application uses.
 */
class SameVerdictTest {
  private static final String KEPT = "kept";

  @TempDir Path temporary;

  @Test
  void everyKeyHasTheSameVerdictOnEveryBackendAndFileSystem() throws IOException {
    Map<String, String> expected = new LinkedHashMap<>();
    NastyKeys.valid().forEach(key -> expected.put(key, KEPT));
    NastyKeys.invalid().keySet().forEach(key -> expected.put(key, ErrorCode.INVALID_KEY.name()));
    assertThat(expected).hasSizeGreaterThan(700);

    assertThat(verdicts(Undercroft.builder().set("storage.type", "memory"))).isEqualTo(expected);
    for (String layout : List.of("rooms", "rooms.json")) {
      assertThat(verdicts(temporary.resolve(layout))).as(layout).isEqualTo(expected);
      for (Configuration of :
          List.of(Configuration.unix(), Configuration.osX(), Configuration.windows())) {
        try (FileSystem system = Jimfs.newFileSystem(of)) {
          Path root = system.getRootDirectories().iterator().next();
          Path data = Files.createDirectories(root.resolve("data"));
          assertThat(verdicts(data.resolve(layout))).as(layout + " in " + root).isEqualTo(expected);
        }
      }
    }
  }

  private static Map<String, String> verdicts(Path path) {
    return verdicts(
        Undercroft.builder().plugin(new Elsewhere(path)).set("storage.type", "elsewhere"));
  }

  private static Map<String, String> verdicts(Undercroft.Builder builder) {
    Map<String, String> verdicts = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>(NastyKeys.valid());
    keys.addAll(NastyKeys.invalid().keySet());
    try (Undercroft undercroft = builder.withoutAmbientConfig().open()) {
      Storage<String> storage = undercroft.storage(String.class);
      for (String key : keys) {
        verdicts.put(key, written(storage, key));
      }
      for (String key : keys) {
        verdicts.merge(key, read(storage, key), SameVerdictTest::both);
      }
      try (Stream<String> all = storage.keys()) {
        assertThat(all).containsExactlyInAnyOrderElementsOf(NastyKeys.valid());
      }
      assertThat(storage.size()).as("no two are one").isEqualTo(NastyKeys.valid().size());
    }
    return verdicts;
  }

  private static String both(String one, String other) {
    return one.equals(other) ? one : one + ", then " + other;
  }

  private static String written(Storage<String> storage, String key) {
    try {
      storage.set(key, "value of " + key);
      return KEPT;
    } catch (StorageException e) {
      return e.code().name();
    }
  }

  private static String read(Storage<String> storage, String key) {
    try {
      return storage.get(key).equals(Optional.of("value of " + key)) ? KEPT : "lost";
    } catch (StorageException e) {
      return e.code().name();
    }
  }

  /** The file plugin at a path that no setting can name. */
  private record Elsewhere(Path path) implements StoragePlugin {
    @Override
    public String id() {
      return "elsewhere";
    }

    @Override
    public List<Option<?>> options() {
      return new FilePlugin()
          .options().stream().filter(option -> !option.equals(FileSettings.PATH)).toList();
    }

    @Override
    public Backend open(Settings settings, PluginContext context) {
      return new FilePlugin()
          .open(
              new Settings() {
                @Override
                public <T> T get(Option<T> option) {
                  return find(option).orElseThrow();
                }

                @Override
                @SuppressWarnings("unchecked") // the option of a path
                public <T> Optional<T> find(Option<T> option) {
                  return option.equals(FileSettings.PATH)
                      ? Optional.of((T) path)
                      : settings.find(option);
                }
              },
              context);
    }
  }
}
