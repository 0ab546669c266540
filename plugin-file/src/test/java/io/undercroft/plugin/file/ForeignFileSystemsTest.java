package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.undercroft.spi.Precondition;
import io.undercroft.testkit.NastyKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All nasty keys on the file systems of other operating systems, with nothing outside the root. */
class ForeignFileSystemsTest {
  private static final Pattern DEVICE =
      Pattern.compile(
          "(con|prn|aux|nul|conin\\$|conout\\$|clock\\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\\..*)?",
          Pattern.CASE_INSENSITIVE);

  /** What Windows takes in a name, but for devices. */
  private static final Pattern PORTABLE =
      Pattern.compile("[^\\x00-\\x1f<>:\"/\\\\|?*]{0,254}[^. \\x00-\\x1f<>:\"/\\\\|?*]");

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
        Files.writeString(data.resolve("neighbour.txt"), "untouched");
        Path storage = data.resolve(layout);
        Path beside = data.resolve("." + layout + ".undercroft");
        Map<String, String> before = outside(system, storage, beside);
        Given.Store store = given.open(storage);
        List<String> keys = NastyKeys.valid();
        assertThat(keys).hasSizeGreaterThan(600);
        for (int i = 0; i < keys.size(); i++) {
          store.put(keys.get(i), String.valueOf(i));
        }
        assertThat(store.keyValue().size()).isEqualTo(keys.size());
        store.close();
        Given.Store again = given.open(storage);
        assertThat(again.keys()).containsExactlyInAnyOrderElementsOf(keys);
        for (int i = 0; i < keys.size(); i++) {
          assertThat(again.get(keys.get(i))).as(keys.get(i)).contains(String.valueOf(i));
        }
        assertThat(outside(system, storage, beside)).as("outside the storage").isEqualTo(before);
        assertThat(Files.exists(beside)).isEqualTo(layout.endsWith(".json"));
        for (String key : keys.subList(0, 50)) {
          again.keyValue().delete(key, Precondition.NONE);
        }
        assertThat(again.keyValue().size()).isEqualTo(keys.size() - 50);
        assertThat(outside(system, storage, beside)).as("outside the storage").isEqualTo(before);
        try (Stream<Path> files = Files.walk(data)) {
          assertThat(files.map(file -> file.getFileName().toString()))
              .allSatisfy(file -> assertThat(file).matches(PORTABLE).doesNotMatch(DEVICE));
        }
      }
    }
  }

  /** Returns every file and folder of a file system that is not the storage's, with its content. */
  private static Map<String, String> outside(FileSystem system, Path storage, Path beside)
      throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (Path root : system.getRootDirectories()) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.toList()) {
          if (!path.startsWith(storage) && !path.startsWith(beside)) {
            found.put(path.toString(), Files.isRegularFile(path) ? content(path) : "folder");
          }
        }
      }
    }
    return found;
  }

  private static String content(Path file) throws IOException {
    return new String(
        Base64.getEncoder().encode(Files.readAllBytes(file)), StandardCharsets.US_ASCII);
  }
}
