package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.undercroft.spi.Precondition;
import io.undercroft.testkit.NastyKeys;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All nasty keys on the file systems of other operating systems, with nothing outside the root. */
class ForeignFileSystemsTest {
  static Stream<Arguments> systems() {
    return Stream.of(
        Arguments.of("unix", Configuration.unix(), "/data"),
        Arguments.of("macOS", Configuration.osX(), "/data"),
        Arguments.of("Windows", Configuration.windows(), "C:\\data"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("systems")
  void everyNastyKeyIsKeptApartAndInside(String name, Configuration configuration, String root)
      throws IOException {
    for (String layout : List.of("rooms", "rooms.json")) {
      try (FileSystem system = Jimfs.newFileSystem(configuration);
          Given given = new Given()) {
        Path data = Files.createDirectories(system.getPath(root));
        Path neighbour = Files.writeString(data.resolve("neighbour.txt"), "untouched");
        Given.Store store = given.open(data.resolve(layout));
        List<String> keys = NastyKeys.valid();
        for (int i = 0; i < keys.size(); i++) {
          store.put(keys.get(i), String.valueOf(i));
        }
        assertThat(store.keyValue().size()).isEqualTo(keys.size());
        store.close();
        Given.Store again = given.open(data.resolve(layout));
        assertThat(again.keys()).containsExactlyInAnyOrderElementsOf(keys);
        for (int i = 0; i < keys.size(); i++) {
          assertThat(again.get(keys.get(i))).as(keys.get(i)).contains(String.valueOf(i));
        }
        assertThat(Files.readString(neighbour)).isEqualTo("untouched");
        try (Stream<Path> there = Files.list(data)) {
          assertThat(there.map(path -> path.getFileName().toString()))
              .isSubsetOf("neighbour.txt", layout, ".rooms.json.undercroft");
        }
        for (String key : keys.subList(0, 50)) {
          again.keyValue().delete(key, Precondition.NONE);
        }
        assertThat(again.keyValue().size()).isEqualTo(keys.size() - 50);
      }
    }
  }
}
