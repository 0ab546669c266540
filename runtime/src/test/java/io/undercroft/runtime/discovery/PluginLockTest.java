package io.undercroft.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code storage.plugins.trust=lock}. */
class PluginLockTest {
  private static final String ACCEPT =
      "If what lies there now is what you want to run, accept it with: undercroft plugins --lock";

  private final Path plugins;
  private final Path tmp;

  PluginLockTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  private PluginSources.Builder locked() {
    return PluginSources.builder().folder(plugins).staging(tmp).trust(PluginTrust.lock());
  }

  private StorageException refused() {
    try (PluginCatalog catalog = PluginCatalog.open(locked().build())) {
      throw new AssertionError("opened with " + catalog.infos());
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(tmp).isEmptyDirectory();
      return e;
    }
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  @Test
  void theListHasOneSortedLineForEachJar() throws Exception {
    Path shelf = PluginJar.sample("shelf").drop(plugins);
    Path rack = PluginJar.sample("rack").write(plugins.resolve("rack/rack.jar"));
    Path lib = PluginJar.library("lib").write(plugins.resolve("rack/a lib.jar"));
    Files.writeString(plugins.resolve("README.md"), "no jar");
    PluginLock written = PluginLock.write(plugins);
    assertThat(plugins.resolve("plugins.lock"))
        .hasContent(
            "# The plugin jars that may run; made by: undercroft plugins --lock\n"
                + "# Check by hand: sha256sum -c plugins.lock\n"
                + sha256(lib)
                + "  rack/a lib.jar\n"
                + sha256(rack)
                + "  rack/rack.jar\n"
                + sha256(shelf)
                + "  shelf.jar\n");
    assertThat(PluginLock.read(plugins.resolve("plugins.lock")).hashes())
        .isEqualTo(written.hashes());
    try (PluginCatalog catalog = PluginCatalog.open(locked().build())) {
      assertThat(catalog.plugins()).hasSize(2);
    }
    assertThat(plugins.toFile().list()).as("no temporary file stays").hasSize(4);
  }

  @Test
  void sha256sumReadsTheList() throws Exception {
    PluginJar.sample("shelf").drop(plugins);
    PluginJar.library("lib").write(plugins.resolve("rack/lib.jar"));
    PluginLock.write(plugins);
    Process check;
    try {
      check =
          new ProcessBuilder("sha256sum", "--strict", "-c", "plugins.lock")
              .directory(plugins.toFile())
              .redirectErrorStream(true)
              .redirectOutput(tmp.resolve("said").toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort("no sha256sum here");
      return;
    }
    assertThat(check.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(tmp.resolve("said")).hasContent("rack/lib.jar: OK\nshelf.jar: OK\n");
    assertThat(check.exitValue()).isZero();
  }

  @Test
  void everyDifferenceStopsTheStartWithBothHashesAndTheCommandThatAcceptsIt() throws Exception {
    Path shelf = PluginJar.sample("shelf").drop(plugins);
    PluginJar.sample("rack").write(plugins.resolve("rack/rack.jar"));
    Path gone = PluginJar.library("gone").write(plugins.resolve("rack/gone.jar"));
    String shelfBefore = sha256(shelf);
    String goneBefore = sha256(gone);
    PluginLock.write(plugins);
    Files.write(shelf, new byte[] {0}, StandardOpenOption.APPEND);
    Files.delete(gone);
    Path added = PluginJar.library("added").write(plugins.resolve("rack/added.jar"));
    assertThat(refused())
        .hasMessage(
            "INVALID_CONFIG: plugins folder "
                + plugins
                + " is not what "
                + plugins.resolve("plugins.lock")
                + " lists (storage.plugins.trust=lock): 3 problems\n"
                + "  - rack/added.jar: not listed; found sha256 "
                + sha256(added)
                + "\n  - shelf.jar: changed; expected sha256 "
                + shelfBefore
                + ", found sha256 "
                + sha256(shelf)
                + "\n  - rack/gone.jar: missing; expected sha256 "
                + goneBefore
                + "\n"
                + ACCEPT);
    PluginLock.write(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(locked().build())) {
      assertThat(catalog.plugins()).hasSize(2);
    }
  }

  @Test
  void withoutAListNothingRuns() {
    PluginJar.sample("shelf").drop(plugins);
    assertThat(refused())
        .hasMessage(
            "INVALID_CONFIG: storage.plugins.trust=lock, but there is no list of trusted jars: "
                + plugins.resolve("plugins.lock")
                + " is missing. If what lies in the plugins folder is what you want to run, accept"
                + " it with: undercroft plugins --lock");
  }

  @Test
  void anEmptyFolderNeedsNoListAndAListNeedsItsJars() {
    try (PluginCatalog catalog = PluginCatalog.open(locked().build())) {
      assertThat(catalog.infos()).isEmpty();
    }
    Path shelf = PluginJar.sample("shelf").drop(plugins);
    PluginLock.write(plugins);
    assertThat(shelf.toFile().delete()).isTrue();
    assertThat(refused()).hasMessageContaining("  - shelf.jar: missing; expected sha256 ");
  }

  @Test
  void aListedJarThatIsBrokenFailsAloneAsEver() {
    BrokenPlugin.TEXT.write(plugins);
    BrokenPlugin.NEXT_SPI.write(plugins);
    PluginJar.sample("shelf").drop(plugins);
    PluginLock.write(plugins);
    try (PluginCatalog catalog = PluginCatalog.open(locked().build())) {
      assertThat(catalog.infos()).hasSize(3);
      assertThat(catalog.plugins()).hasSize(1);
    }
  }

  @Test
  void theListMayLieElsewhere() {
    PluginJar.sample("shelf").drop(plugins);
    Path list = tmp.resolve("approved.lock");
    PluginLock.write(plugins, list);
    PluginSources sources = locked().trust(PluginTrust.lock(list)).build();
    try (PluginCatalog catalog = PluginCatalog.open(sources)) {
      assertThat(catalog.plugins()).hasSize(1);
    }
    assertThat(plugins.resolve("plugins.lock")).doesNotExist();
    PluginSources gone =
        PluginSources.builder()
            .folderIfPresent(plugins.resolve("gone"))
            .trust(PluginTrust.lock(list))
            .build();
    assertThatThrownBy(() -> PluginCatalog.open(gone))
        .hasMessageContaining("  - shelf.jar: missing; expected sha256 ");
  }

  @Test
  void aMalformedListIsRefusedWithItsLine() throws IOException {
    PluginJar.sample("shelf").drop(plugins);
    PluginLock.write(plugins);
    Path list = plugins.resolve("plugins.lock");
    String good = Files.readString(list);

    Files.writeString(list, good + "\n# a comment\n" + good.toUpperCase(Locale.ROOT));
    assertThat(refused()).hasMessageContaining("SHELF.JAR: missing");

    Files.writeString(list, good + "abc  other.jar\n");
    assertThat(refused())
        .hasMessage(
            "INVALID_CONFIG: "
                + list
                + " line 4: expected '<sha256>  <path>', found 'abc  other.jar'; mend it, or write"
                + " the list anew with: undercroft plugins --lock");

    Files.writeString(list, good + good);
    assertThat(refused()).hasMessageContaining("line 6: lists 'shelf.jar' a second time");

    Files.write(list, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(refused()).hasMessageContaining(list + " is not UTF-8 text");

    Files.writeString(list, good.replace("\n", "\r\n"));
    try (PluginCatalog catalog = PluginCatalog.open(locked().build())) {
      assertThat(catalog.plugins()).as("an editor of Windows does no harm").hasSize(1);
    }
  }

  @Test
  void whoeverRunsThePluginsCanReadTheList() throws IOException {
    PluginJar.sample("shelf").drop(plugins);
    PluginLock.write(plugins);
    Path plain = Files.writeString(plugins.resolve("plain"), "as the umask wants it");
    Assumptions.assumeTrue(plain.getFileSystem().supportedFileAttributeViews().contains("posix"));
    assertThat(Files.getPosixFilePermissions(plugins.resolve("plugins.lock")))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void theListIsTheSameOnWindows() throws IOException {
    try (FileSystem windows = Jimfs.newFileSystem(Configuration.windows())) {
      Path folder = Files.createDirectories(windows.getPath("C:\\undercroft\\plugins\\rack"));
      Files.writeString(folder.resolve("rack.jar"), "bytes");
      Files.writeString(folder.resolveSibling("SHELF.JAR"), "bytes");
      assertThat(PluginLock.write(folder.resolveSibling("")).hashes())
          .containsOnlyKeys("SHELF.JAR", "rack/rack.jar");
    }
  }

  @Test
  void aFolderThatIsNotThereHasNoList() {
    assertThatThrownBy(() -> PluginLock.write(plugins.resolve("nope")))
        .hasMessage(
            "INVALID_CONFIG: plugins folder "
                + plugins.resolve("nope")
                + " does not exist; nothing to list");
  }
}
