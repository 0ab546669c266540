package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.BareDriver;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written by hand beside a folder is written as the folder is configured. */
class BareFolderTest {
  private static final byte[] VALUE = {1, 2, 3};
  private static final byte[] SHORTER = {4};

  @TempDir Path temporary;

  private void does(String words, String... settings) {
    try (Given given = new Given()) {
      Path folder = temporary.resolve("rooms");
      Given.Store rooms = given.open(folder, settings);
      try (BareDriver driver = rooms.backend().bareDriver().orElseThrow()) {
        assertThat(driver.description()).isEqualTo("java.nio: a file for each key" + words);
        driver.set("a", VALUE);
        driver.set("a", SHORTER);
        assertThat(driver.get("a")).hasValue(SHORTER);
        assertThat(folder.resolve(".undercroft/bare/a")).hasBinaryContent(SHORTER);
        assertThat(folder.resolve(".undercroft/bare")).isDirectoryNotContaining("glob:**.draft*");
      }
      assertThat(folder.resolve(".undercroft/bare")).doesNotExist();
      rooms.close();
    }
  }

  @Test
  void itIsAsDurableAsTheStorage() {
    does("; temporary file, force, rename, force the directory");
    does("; temporary file, rename", "durability", "relaxed");
    does("; written over in place, force, force the directory of a new one", "atomic", "false");
    does("; written over in place", "atomic", "false", "durability", "relaxed");
  }

  @Test
  void itIsSpreadAsTheStorageIs() {
    try (Given given = new Given()) {
      Path folder = temporary.resolve("spread");
      Given.Store rooms = given.open(folder, Given.spread(16));
      try (BareDriver driver = rooms.backend().bareDriver().orElseThrow()) {
        assertThat(driver.description()).contains("spread over 16 subfolders; ");
        driver.setMany(Map.of("a", VALUE, "b", SHORTER));
        assertThat(driver.get("b")).hasValue(SHORTER);
        assertThat(folder.resolve(".undercroft/bare/03/a")).hasBinaryContent(VALUE);
      }
      assertThat(folder.resolve(".undercroft/bare")).doesNotExist();
    }
  }

  @Test
  void whoOnlyReadsWritesNothingByHand() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("rooms"));
    try (Given given = new Given()) {
      assertThat(given.open(folder, "access", "read-only").backend().bareDriver()).isEmpty();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed() throws IOException {
    Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
    Path precious = Files.write(elsewhere.resolve("precious"), VALUE);
    try (Given given = new Given()) {
      Path folder = temporary.resolve("rooms");
      Given.Store rooms = given.open(folder);
      Files.createSymbolicLink(folder.resolve(".undercroft/bare"), elsewhere);
      assertThatThrownBy(() -> rooms.backend().bareDriver())
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG));
    }
    assertThat(precious).hasBinaryContent(VALUE);
  }
}
