package io.undercroft.runtime.discovery;

import io.undercroft.spi.Secret;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Which jars of a plugins folder may run: {@code storage.plugins.trust}. */
public sealed interface PluginTrust {
  /** Any jar: {@code open}. */
  static PluginTrust open() {
    return new Open();
  }

  /**
   * Only the jars that the file {@code plugins.lock} in the plugins folder lists, with exactly the
   * listed bytes: {@code lock}.
   */
  static PluginTrust lock() {
    return new Lock(Optional.empty());
  }

  /** As {@link #lock()}, with the list in a file of another place. */
  static PluginTrust lock(Path file) {
    return new Lock(Optional.of(file));
  }

  /**
   * Only jars that are signed in every entry by one signer whom the truststore trusts: {@code
   * signed}. The signer's certificate either is itself in the truststore, and is then trusted until
   * it is taken out of there; or leads to one that is there, within its dates and, if it says what
   * it is for, for code signing. Revocation is not asked for.
   *
   * @param truststore a PKCS #12 (or JKS) key store, or certificates in PEM
   * @param password of the key store, if it has one
   */
  static PluginTrust signed(Path truststore, Optional<Secret> password) {
    return new Signed(truststore, password);
  }

  /** Any jar. */
  record Open() implements PluginTrust {}

  /**
   * Only what a list of hashes names.
   *
   * @param file the list; without it {@code plugins.lock} in the plugins folder
   */
  record Lock(Optional<Path> file) implements PluginTrust {
    /** Checks that nothing is {@code null}. */
    public Lock {
      Objects.requireNonNull(file, "file");
    }
  }

  /**
   * Only what a trusted signer signed.
   *
   * @param truststore a PKCS #12 (or JKS) key store, or certificates in PEM
   * @param password of the key store, if it has one
   */
  record Signed(Path truststore, Optional<Secret> password) implements PluginTrust {
    /** Checks that nothing is {@code null}. */
    public Signed {
      Objects.requireNonNull(truststore, "truststore");
      Objects.requireNonNull(password, "password");
    }
  }
}
