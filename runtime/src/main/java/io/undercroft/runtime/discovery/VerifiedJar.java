package io.undercroft.runtime.discovery;

import java.security.CodeSigner;
import java.util.List;

/**
 * A staged jar that may run.
 *
 * @param jar the jar
 * @param signers who signed all of it, as far as that was asked for
 */
record VerifiedJar(StagedJar jar, List<CodeSigner> signers) {
  VerifiedJar {
    signers = List.copyOf(signers);
  }
}
