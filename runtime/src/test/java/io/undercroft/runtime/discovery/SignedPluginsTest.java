package io.undercroft.runtime.discovery;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Secret;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.fixture.BrokenPlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertPath;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import jdk.security.jarsigner.JarSigner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code storage.plugins.trust=signed}, with keys and signatures made by the tools of the JDK. */
class SignedPluginsTest {
  private static final String PASSWORD = "sesame";

  private static Path keys;
  private static KeyStore keyStore;

  private final Path plugins;
  private final Path tmp;

  SignedPluginsTest(@TempDir Path plugins, @TempDir Path tmp) {
    this.plugins = plugins;
    this.tmp = tmp;
  }

  // --- keys --------------------------------------------------------------------------------

  @BeforeAll
  static void makeKeys(@TempDir Path folder) throws Exception {
    keys = folder;
    key("alice");
    key("mallory");
    key("ca", "-ext", "bc:c");
    key("bob", "-signer", "ca", "-ext", "eku=codeSigning");
    key("web", "-signer", "ca", "-ext", "eku=serverAuth");
    key("old", "-signer", "ca", "-ext", "eku=codeSigning", "-startdate", "-10d", "-validity", "5");
    keyStore = KeyStore.getInstance(keys.resolve("keys.p12").toFile(), PASSWORD.toCharArray());
    inPem("alice");
    inPem("ca");
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "alice",
        "-file",
        keys.resolve("alice.pem").toString(),
        "-keystore",
        keys.resolve("trust.p12").toString());
  }

  private static void key(String name, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-genkeypair", "-alias", name));
    arguments.addAll(List.of("-keyalg", "EC", "-dname", "CN=" + name));
    arguments.addAll(List.of("-keystore", keys.resolve("keys.p12").toString()));
    arguments.addAll(Arrays.asList(more));
    keytool(arguments.toArray(String[]::new));
  }

  private static void inPem(String name) throws Exception {
    Files.writeString(
        keys.resolve(name + ".pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(keyStore.getCertificate(name).getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Path said = Files.createTempFile(keys, "keytool", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, Files.readString(said)).isZero();
  }

  /** What the command jarsigner does, without a process of its own. */
  private static Path signed(Path jar, String name) throws Exception {
    Path unsigned = Files.move(jar, keys.resolve("unsigned.jar"), REPLACE_EXISTING);
    CertPath chain =
        CertificateFactory.getInstance("X.509")
            .generateCertPath(Arrays.asList(keyStore.getCertificateChain(name)));
    PrivateKey key = (PrivateKey) keyStore.getKey(name, PASSWORD.toCharArray());
    try (ZipFile in = new ZipFile(unsigned.toFile());
        OutputStream out = Files.newOutputStream(jar)) {
      new JarSigner.Builder(key, chain).signerName(name).build().sign(in, out);
    }
    return jar;
  }

  // --- starting ----------------------------------------------------------------------------

  private PluginSources sources(Path truststore, @Nullable String password) {
    return PluginSources.builder()
        .folder(plugins)
        .staging(tmp)
        .trust(PluginTrust.signed(truststore, Optional.ofNullable(password).map(Secret::new)))
        .build();
  }

  private PluginCatalog open() {
    return PluginCatalog.open(sources(keys.resolve("trust.p12"), PASSWORD));
  }

  private void opens(Path truststore) {
    try (PluginCatalog catalog = PluginCatalog.open(sources(truststore, null))) {
      assertThat(catalog.plugins()).hasSize(1);
    }
  }

  private StorageException refused(Path truststore, @Nullable String password) {
    try (PluginCatalog catalog = PluginCatalog.open(sources(truststore, password))) {
      throw new AssertionError("opened with " + catalog.infos());
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(e).hasMessageNotContaining(PASSWORD);
      assertThat(tmp).isEmptyDirectory();
      return e;
    }
  }

  private StorageException refused() {
    return refused(keys.resolve("trust.p12"), PASSWORD);
  }

  // --- what runs ---------------------------------------------------------------------------

  @Test
  void aJarOfATrustedSignerRunsAndItsClassesKnowWhoSignedThem() throws Exception {
    signed(PluginJar.sample("shelf").write(plugins.resolve("shelf/shelf.jar")), "alice");
    signed(PluginJar.library("lib").file("a/", "").write(plugins.resolve("shelf/l.jar")), "alice");
    try (PluginCatalog catalog = open()) {
      StoragePlugin shelf = catalog.plugin("shelf").orElseThrow().service();
      assertThat(shelf.getClass().getProtectionDomain().getCodeSource().getCodeSigners())
          .hasSize(1);
    }
  }

  @Test
  void aSignerWhoseCertificateLeadsToATrustedOneIsTrusted() throws Exception {
    signed(PluginJar.sample("shelf").drop(plugins), "bob");
    opens(keys.resolve("ca.pem"));
  }

  @Test
  void certificatesInPemWorkToo() throws Exception {
    signed(PluginJar.sample("shelf").drop(plugins), "alice");
    Path both = tmp.resolve("both.pem");
    Files.writeString(
        both,
        "Alice and the CA:\n"
            + Files.readString(keys.resolve("ca.pem"))
            + Files.readString(keys.resolve("alice.pem")));
    opens(both);
  }

  // --- what does not -----------------------------------------------------------------------

  @Test
  void whatNobodyTrustedSignedStopsTheStart() throws Exception {
    PluginJar.sample("plain").drop(plugins);
    signed(PluginJar.sample("foreign").drop(plugins), "mallory");
    BrokenPlugin.TEXT.write(plugins);
    assertThat(refused())
        .hasMessage(
            "INVALID_CONFIG: plugins folder "
                + plugins
                + " holds jars that nobody trusted signed (storage.plugins.trust=signed): 3"
                + " problems\n"
                + "  - foreign.jar: signed by 'CN=mallory', whom "
                + keys.resolve("trust.p12")
                + " does not trust\n"
                + "  - plain.jar: 'META-INF/services/io.undercroft.spi.StoragePlugin' is not"
                + " signed, or only in a way that this Java no longer accepts\n"
                + "  - text.jar: is not a readable jar (java.util.zip.ZipException: zip END header"
                + " not found), so nobody signed it\n"
                + "Get these jars as their author signed them, or remove them; a signer whom you"
                + " trust you add with: keytool -importcert -keystore "
                + keys.resolve("trust.p12"));
  }

  @Test
  void aLibraryOfASignedPluginMustBeSignedToo() throws Exception {
    signed(PluginJar.sample("shelf").write(plugins.resolve("shelf/shelf.jar")), "alice");
    PluginJar.library("lib").file("x", "x").write(plugins.resolve("shelf/lib.jar"));
    assertThat(refused()).hasMessageContaining("shelf/lib.jar: 'x' is not signed");
  }

  @Test
  void aCertificateForAnotherPurposeOrOutOfItsDatesIsNotEnough() throws Exception {
    Path jar = PluginJar.sample("shelf").drop(plugins);
    signed(jar, "web");
    assertThat(refused(keys.resolve("ca.pem"), null))
        .hasMessageContaining("signed by 'CN=web', whom");
    signed(PluginJar.sample("shelf").drop(plugins), "old");
    assertThat(refused(keys.resolve("ca.pem"), null))
        .hasMessageContaining("signed by 'CN=old', whom");
  }

  private static void rewrite(
      Path jar, BiFunction<String, byte[], byte @Nullable []> change, String... added)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipFile in = new ZipFile(jar.toFile());
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] content;
        try (InputStream stream = in.getInputStream(entry)) {
          content = stream.readAllBytes();
        }
        byte[] changed = change.apply(entry.getName(), content);
        if (changed != null) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          out.write(changed);
        }
      }
      for (String name : added) {
        out.putNextEntry(new ZipEntry(name));
        out.write("smuggled".getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.write(jar, bytes.toByteArray());
  }

  @Test
  void aChangedEntryStopsTheStart() throws Exception {
    Path jar = signed(PluginJar.sample("shelf").file("data", "1").drop(plugins), "alice");
    rewrite(jar, (name, content) -> name.equals("data") ? new byte[] {'2'} : content);
    assertThat(refused())
        .hasMessageContaining("shelf.jar: its signature does not fit its content")
        .hasMessageContaining("data");
  }

  @Test
  void anAddedEntryStopsTheStart() throws Exception {
    Path jar = signed(PluginJar.sample("shelf").drop(plugins), "alice");
    rewrite(jar, (name, content) -> content, "META-INF/services/lib.Tool");
    assertThat(refused())
        .hasMessageContaining("shelf.jar: 'META-INF/services/lib.Tool' is not signed");
  }

  @Test
  void aRemovedEntryStopsTheStart() throws Exception {
    Path jar = signed(PluginJar.sample("shelf").file("rules", "1").drop(plugins), "alice");
    rewrite(jar, (name, content) -> name.equals("rules") ? null : content);
    assertThat(refused()).hasMessageContaining("shelf.jar: 'rules' was signed, but is missing");
  }

  @Test
  void twoSignersOfTwoPartsAreNoSignerOfTheWhole() throws Exception {
    Path jar = signed(PluginJar.sample("shelf").drop(plugins), "alice");
    rewrite(jar, (name, content) -> content, "late");
    signed(jar, "mallory");
    // Mallory signed everything, Alice all but one: nobody trusted signed the whole.
    assertThat(refused()).hasMessageContaining("shelf.jar: signed by 'CN=mallory', whom");
  }

  @Test
  void twoSignersOfTheWholeAreFineIfOneIsTrusted() throws Exception {
    signed(signed(PluginJar.sample("shelf").drop(plugins), "mallory"), "alice");
    try (PluginCatalog catalog = open()) {
      assertThat(catalog.plugins()).hasSize(1);
    }
  }

  // --- the truststore ----------------------------------------------------------------------

  @Test
  void aTruststoreThatDoesNotOpenSaysSo() throws Exception {
    signed(PluginJar.sample("shelf").drop(plugins), "alice");
    Path missing = keys.resolve("missing.p12");
    assertThat(refused(missing, PASSWORD))
        .hasMessage(
            "INVALID_CONFIG: storage.plugins.truststore="
                + missing
                + ", which is to name the trusted signers of plugin jars, does not exist; set it to"
                + " the file that holds them");
    assertThat(refused(keys.resolve("trust.p12"), "wrong"))
        .hasMessageContaining("neither certificates in PEM nor a PKCS #12 key store that opens")
        .hasMessageEndingWith("check the file and storage.plugins.truststore-password");
    assertThat(refused(keys.resolve("trust.p12"), null))
        .hasMessageContaining("check the file and storage.plugins.truststore-password");
    Path empty = Files.writeString(plugins.resolve("empty.pem"), "");
    assertThat(refused(empty, null)).hasMessageContaining("empty.pem");
  }

  @Test
  void withoutJarsNoTruststoreIsNeeded() {
    try (PluginCatalog catalog =
        PluginCatalog.open(sources(keys.resolve("missing.p12"), PASSWORD))) {
      assertThat(catalog.infos()).isEmpty();
    }
  }
}
