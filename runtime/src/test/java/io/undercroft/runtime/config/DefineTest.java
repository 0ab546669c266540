package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.ConfigInfo;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Storages that are defined while running. */
class DefineTest {
  private static StorageSpec define(
      String name, Map<String, String> settings, Collection<StorageSpec> open) {
    return Configuration.define(name, settings, Plugins.catalog().build(), open);
  }

  private static List<String> refused(
      String name, Map<String, String> settings, Collection<StorageSpec> open) {
    return Starts.problems(() -> define(name, settings, open));
  }

  @Test
  void aStorageIsDefinedByShortNames() {
    StorageSpec spec =
        define(
            "rooms",
            Map.of("type", "file", "path", "${x}", "layers", "cache", "cache.max-entries", "7"),
            List.of());
    assertThat(spec.name()).isEqualTo("rooms");
    assertThat(spec.settings().get(Plugins.File.PATH)).isEqualTo(Path.of("${x}"));
    assertThat(spec.layers()).hasSize(1);
    assertThat(spec.config())
        .contains(
            new ConfigInfo("storages.rooms.cache.max-entries", "7", "code"),
            new ConfigInfo("storages.rooms.durability", "full", "default"));
    assertThat(define("default", Map.of("type", "memory"), List.of()).config())
        .contains(new ConfigInfo("storage.type", "memory", "code"));
  }

  @Test
  void everythingThatIsWrongIsReported() {
    assertThat(refused("rooms", Map.of("type", "file", "pathh", "x", "pretty", "x"), List.of()))
        .containsExactly(
            "storages.rooms.path (code): not set, but plugin 'file' requires it (path): a folder,"
                + " or a file that ends in .json",
            "storages.rooms.pathh (code): unknown option; did you mean 'path'?",
            "storages.rooms.pretty=x (code): must be true or false");
    assertThat(refused("rooms", Map.of(), List.of()))
        .containsExactly("storages.rooms.type (code): not set; a storage needs a type");
    assertThat(refused("rooms", Map.of("path", "x"), List.of()))
        .containsExactly(
            "storages.rooms.type (code): not set, although storages.rooms.path is; set it to one"
                + " of file, jdbc, memory, redis");
    assertThat(refused("rooms", Map.of("type", "memory", "plugins.path", "x"), List.of()))
        .containsExactly(
            "storages.rooms.plugins.path (code): plugins are configured once for all; write"
                + " storage.plugins.path");
    assertThat(refused("a/b", Map.of("type", "memory"), List.of()))
        .singleElement()
        .asString()
        .startsWith("'a/b' is no name for a storage");
  }

  @Test
  void aFolderThatAnotherOpenStorageUsesIsRefusedAndItsOwnIsNot() {
    StorageSpec rooms = define("rooms", Map.of("type", "file", "path", "data"), List.of());
    assertThat(refused("users", Map.of("type", "file", "path", "./data"), List.of(rooms)))
        .containsExactly(
            "storages.users.path='./data' (code): 'folder:"
                + Path.of("data").toAbsolutePath()
                + "' is already used by the storage 'rooms'; give each storage its own");
    StorageSpec again =
        define("rooms", Map.of("type", "file", "path", "data", "pretty", "false"), List.of(rooms));
    assertThat(again.exclusiveResources()).isEqualTo(rooms.exclusiveResources());
  }
}
