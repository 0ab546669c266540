package io.undercroft.runtime.discovery;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether staged jars may run, by {@link PluginTrust}. */
final class TrustCheck {
  private TrustCheck() {}

  /**
   * Checks jars.
   *
   * @param trust what is trusted
   * @param folder the plugins folder
   * @param jars the copies that would run
   * @param present the paths of all jars in the folder if this is the check of a start, which
   *     misses what is listed and not there; empty for some of them
   * @return who signed what, as far as that was asked for
   * @throws StorageException INVALID_CONFIG, naming every jar that is not trusted
   */
  static Map<StagedJar, List<CodeSigner>> of(
      PluginTrust trust,
      Path folder,
      Collection<StagedJar> jars,
      Optional<? extends Collection<String>> present) {
    if (trust instanceof PluginTrust.Lock lock) {
      checkLock(
          lock.file().orElseGet(() -> folder.resolve(PluginLock.FILE_NAME)), folder, jars, present);
    } else if (trust instanceof PluginTrust.Signed signed && !jars.isEmpty()) {
      return checkSigned(signed, folder, jars);
    }
    return Map.of();
  }

  private static void checkLock(
      Path file,
      Path folder,
      Collection<StagedJar> jars,
      Optional<? extends Collection<String>> present) {
    boolean nothingToSay =
        jars.isEmpty() && (present.isEmpty() || Files.notExists(file, LinkOption.NOFOLLOW_LINKS));
    if (nothingToSay) {
      return;
    }
    PluginLock lock = PluginLock.read(file);
    List<String> wrong = new ArrayList<>(lock.mismatches(jars));
    present.ifPresent(paths -> wrong.addAll(lock.missing(paths)));
    if (!wrong.isEmpty()) {
      throw untrusted(
          "plugins folder "
              + folder
              + " is not what "
              + file
              + " lists (storage.plugins.trust=lock)",
          wrong,
          "If what lies there now is what you want to run, accept it with: " + PluginLock.COMMAND);
    }
  }

  private static Map<StagedJar, List<CodeSigner>> checkSigned(
      PluginTrust.Signed signed, Path folder, Collection<StagedJar> jars) {
    TrustedSigners trusted = TrustedSigners.read(signed.truststore(), signed.password());
    Map<StagedJar, List<CodeSigner>> signers = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (StagedJar jar : jars) {
      try {
        signers.put(jar, trusted.verify(jar.file(), jar.relative()));
      } catch (UntrustedException e) {
        wrong.add(e.line());
      }
    }
    if (!wrong.isEmpty()) {
      throw untrusted(
          "plugins folder "
              + folder
              + " holds jars that nobody trusted signed (storage.plugins.trust=signed)",
          wrong,
          "Get these jars as their author signed them, or remove them; a signer whom you trust you"
              + " add with: keytool -importcert -keystore "
              + signed.truststore());
    }
    return signers;
  }

  private static StorageException untrusted(String what, List<String> wrong, String remedy) {
    StringBuilder message =
        new StringBuilder(what)
            .append(": ")
            .append(wrong.size())
            .append(wrong.size() == 1 ? " problem" : " problems");
    wrong.forEach(line -> message.append("\n  - ").append(line));
    return StorageException.of(
        ErrorCode.INVALID_CONFIG, message.append('\n').append(remedy).toString());
  }
}
