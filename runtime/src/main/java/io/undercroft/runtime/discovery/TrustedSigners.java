package io.undercroft.runtime.discovery;

import io.undercroft.spi.Secret;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a truststore, and the question whether one of their owners signed a whole
 * jar.
 */
final class TrustedSigners {
  private static final int MOST_TRUSTSTORE_BYTES = 16 << 20;
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----");
  private static final Pattern SIGNATURE_FILE =
      Pattern.compile(
          "META-INF/(MANIFEST\\.MF|[^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/]*)", Pattern.CASE_INSENSITIVE);

  /** Extended key usages that allow signing code: code signing itself, and any. */
  private static final Set<String> CODE_SIGNING = Set.of("1.3.6.1.5.5.7.3.3", "2.5.29.37.0");

  private final Path truststore;
  private final Set<X509Certificate> trusted;

  private TrustedSigners(Path truststore, Set<X509Certificate> trusted) {
    this.truststore = truststore;
    this.trusted = trusted;
  }

  /**
   * Reads a truststore.
   *
   * @throws StorageException INVALID_CONFIG if it cannot be read or holds no certificate
   */
  static TrustedSigners read(Path truststore, Optional<Secret> password) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(truststore)) {
      bytes = in.readNBytes(MOST_TRUSTSTORE_BYTES);
    } catch (NoSuchFileException e) {
      throw unusable(truststore, "does not exist", "set it to the file that holds them", e);
    } catch (IOException e) {
      throw unusable(
          truststore,
          "cannot be read (" + Shown.of(e) + ")",
          "give the process the right to read it",
          e);
    }
    Set<X509Certificate> certificates = new LinkedHashSet<>();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    try {
      if (text.contains("-----BEGIN CERTIFICATE-----")) {
        fromPem(text, certificates);
      } else {
        fromKeyStore(bytes, password, certificates);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(
          truststore,
          "is neither certificates in PEM nor a PKCS #12 key store that opens ("
              + Shown.of(e)
              + ")",
          "check the file and storage.plugins.truststore-password",
          e);
    }
    if (certificates.isEmpty()) {
      throw unusable(
          truststore,
          "holds no certificate that can be read",
          "check the file and storage.plugins.truststore-password, or import the signers'"
              + " certificates with keytool -importcert",
          null);
    }
    return new TrustedSigners(truststore, Collections.unmodifiableSet(certificates));
  }

  private static StorageException unusable(
      Path truststore, String problem, String remedy, @Nullable Exception cause) {
    String message =
        "storage.plugins.truststore="
            + truststore
            + ", which is to name the trusted signers of plugin jars, "
            + problem
            + "; "
            + remedy;
    return cause == null
        ? StorageException.of(ErrorCode.INVALID_CONFIG, message)
        : StorageException.of(ErrorCode.INVALID_CONFIG, message, cause);
  }

  private static void fromPem(String text, Set<X509Certificate> certificates)
      throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Matcher blocks = PEM.matcher(text);
    while (blocks.find()) {
      byte[] block = blocks.group().getBytes(StandardCharsets.ISO_8859_1);
      certificates.add(
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
    }
  }

  private static void fromKeyStore(
      byte[] bytes, Optional<Secret> password, Set<X509Certificate> certificates)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(
        new ByteArrayInputStream(bytes),
        password.map(secret -> secret.reveal().toCharArray()).orElse(null));
    for (String alias : Collections.list(store.aliases())) {
      if (store.getCertificate(alias) instanceof X509Certificate certificate) {
        certificates.add(certificate);
      }
    }
  }

  /**
   * Returns who signed the whole jar: at least one whom the truststore trusts.
   *
   * @param name the jar, as messages call it
   * @throws UntrustedException if there is no such signer
   */
  List<CodeSigner> verify(Path file, String name) throws UntrustedException {
    try (JarFile jar = new JarFile(file.toFile(), true, ZipFile.OPEN_READ, JarFile.baseVersion())) {
      Set<String> seen = new TreeSet<>();
      @Nullable Set<CodeSigner> common = null;
      byte[] buffer = new byte[1 << 16];
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (!seen.add(entry.getName())) {
          throw new UntrustedException(name + ": holds " + shown(entry) + " twice");
        }
        if (entry.isDirectory() || SIGNATURE_FILE.matcher(entry.getName()).matches()) {
          continue;
        }
        CodeSigner[] signers = signersOf(jar, entry, buffer);
        if (signers == null) {
          throw new UntrustedException(
              name
                  + ": "
                  + shown(entry)
                  + " is not signed, or only in a way that this Java no longer accepts");
        }
        if (common == null) {
          common = new LinkedHashSet<>(List.of(signers));
        } else {
          common.retainAll(Set.of(signers));
        }
        if (common.isEmpty()) {
          throw new UntrustedException(name + ": no one signer signed all of it");
        }
      }
      checkNothingIsMissing(jar, seen, name);
      if (common == null) {
        return List.of(); // nothing in it: nobody signs that, and nothing of it runs
      }
      if (common.stream().noneMatch(this::isTrusted)) {
        throw new UntrustedException(
            name
                + ": signed by "
                + common.stream().map(TrustedSigners::shown).collect(Collectors.joining(", "))
                + ", whom "
                + truststore
                + " does not trust");
      }
      return List.copyOf(common);
    } catch (SecurityException e) {
      throw new UntrustedException(
          name + ": its signature does not fit its content (" + Shown.of(e) + ")", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UntrustedException(
          name + ": is not a readable jar (" + Shown.of(e) + "), so nobody signed it", e);
    }
  }

  private static CodeSigner @Nullable [] signersOf(JarFile jar, JarEntry entry, byte[] buffer)
      throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      int n;
      do {
        n = in.read(buffer); // the signers are known, and the digest is checked, at the end only
      } while (n >= 0);
    }
    return entry.getCodeSigners();
  }

  /** A signature covers what is there; what was taken out shows only in the manifest. */
  private static void checkNothingIsMissing(JarFile jar, Set<String> seen, String name)
      throws IOException, UntrustedException {
    Manifest manifest = jar.getManifest();
    if (manifest == null) {
      return;
    }
    for (var section : manifest.getEntries().entrySet()) {
      if (hasDigest(section.getValue()) && !seen.contains(section.getKey())) {
        throw new UntrustedException(
            name + ": '" + Shown.of(section.getKey()) + "' was signed, but is missing");
      }
    }
  }

  private static boolean hasDigest(Attributes attributes) {
    return attributes.keySet().stream()
        .anyMatch(attribute -> attribute.toString().toUpperCase(Locale.ROOT).endsWith("-DIGEST"));
  }

  private boolean isTrusted(CodeSigner signer) {
    X509Certificate leaf = leaf(signer);
    return trusted.contains(leaf) || (mayHaveSignedCode(leaf) && leadsToTrusted(signer));
  }

  private static boolean mayHaveSignedCode(X509Certificate leaf) {
    try {
      List<String> usages = leaf.getExtendedKeyUsage();
      boolean[] keyUsage = leaf.getKeyUsage();
      return (usages == null || usages.stream().anyMatch(CODE_SIGNING::contains))
          && (keyUsage == null || keyUsage[0]);
    } catch (CertificateException e) {
      return false; // what cannot be decoded allows nothing
    }
  }

  private boolean leadsToTrusted(CodeSigner signer) {
    try {
      Set<TrustAnchor> anchors =
          trusted.stream()
              .map(certificate -> new TrustAnchor(certificate, null))
              .collect(Collectors.toSet());
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      List<? extends Certificate> chain = signer.getSignerCertPath().getCertificates();
      // What is trusted anyway, and what stands above it, is no part of the path to be proven.
      List<? extends Certificate> path =
          chain.stream().takeWhile(certificate -> !isTrusted(certificate)).toList();
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return true;
    } catch (GeneralSecurityException e) {
      return false; // no path is an answer, not a failure
    }
  }

  private boolean isTrusted(Certificate certificate) {
    return certificate instanceof X509Certificate x509 && trusted.contains(x509);
  }

  private static X509Certificate leaf(CodeSigner signer) {
    return (X509Certificate) signer.getSignerCertPath().getCertificates().get(0);
  }

  private static String shown(CodeSigner signer) {
    return "'" + Shown.of(leaf(signer).getSubjectX500Principal().getName()) + "'";
  }

  private static String shown(JarEntry entry) {
    return "'" + Shown.of(entry.getName()) + "'";
  }
}
