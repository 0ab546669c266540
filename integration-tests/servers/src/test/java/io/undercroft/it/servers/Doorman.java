package io.undercroft.it.servers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.security.enterprise.authentication.mechanism.http.BasicAuthenticationMechanismDefinition;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** Lets Ann in by her password; who gives none is nobody in particular. */
@ApplicationScoped
@BasicAuthenticationMechanismDefinition(realmName = "rooms")
public class Doorman implements IdentityStore {
  /** How Ann says who she is. */
  static final String ANN = basic("open sesame");

  /** Returns how somebody says that she is Ann. */
  static String basic(String password) {
    byte[] both = ("ann:" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  @Override
  public CredentialValidationResult validate(Credential credential) {
    return credential instanceof UsernamePasswordCredential given
            && given.compareTo("ann", "open sesame")
        ? new CredentialValidationResult("ann", Set.of("members"))
        : CredentialValidationResult.INVALID_RESULT;
  }
}
