package io.undercroft.it.servers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.security.enterprise.authentication.mechanism.http.BasicAuthenticationMechanismDefinition;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.util.Set;

/** Lets Ann in by her password; who gives none is nobody in particular. */
@ApplicationScoped
@BasicAuthenticationMechanismDefinition(realmName = "rooms")
public class Doorman implements IdentityStore {
  static final String PASSWORD = "open sesame";

  @Override
  public CredentialValidationResult validate(Credential credential) {
    return credential instanceof UsernamePasswordCredential given
            && given.compareTo("ann", PASSWORD)
        ? new CredentialValidationResult("ann", Set.of("members"))
        : CredentialValidationResult.INVALID_RESULT;
  }
}
