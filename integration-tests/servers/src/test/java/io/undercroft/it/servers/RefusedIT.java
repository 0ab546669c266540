package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An archive that cannot work is not deployed, and one report says all of why. */
@ExtendWith(ArquillianExtension.class)
class RefusedIT {
  private static final String LEDGER =
      """
      storages.debits.type=jdbc
      storages.debits.datasource=java:app/jdbc/debits
      storages.credits.type=jdbc
      storages.credits.datasource=java:app/jdbc/credits
      storages.folder.type=file
      storages.folder.path=${java.io.tmpdir}/undercroft-rooms
      """;

  @Deployment(name = "mistaken", managed = false, testable = false)
  static Archive<?> mistaken() {
    return Archives.faulty(
        "mistaken.war",
        LEDGER + "storage.type=redsi\nstorages.folder.durabilty=full\n",
        Demanding.class);
  }

  @Deployment(name = "ambitious", managed = false, testable = false)
  static Archive<?> ambitious() {
    return Archives.faulty("ambitious.war", LEDGER + "storage.type=memory\n", Ambitious.class);
  }

  @Test
  @RunAsClient
  void everyMistakeIsNamedAtOnce(@ArquillianResource Deployer deployer) {
    assertThat(refusal(deployer, "mistaken"))
        .contains("INVALID_CONFIG: 4 problems")
        .contains("storage.type=redsi (microprofile-config.properties): no such plugin")
        .contains("storages.folder.durabilty", "did you mean 'durability'?")
        .contains("storage 'attic' is not configured")
        .contains("storage 'folder' is asked for values of 2 types");
  }

  @Test
  @RunAsClient
  void aCapabilityThatIsNotThereIsNamedWithThoseThatAre(@ArquillianResource Deployer deployer) {
    assertThat(refusal(deployer, "ambitious"))
        .contains("INVALID_CONFIG: 1 problem")
        .contains("DistributedStorage", "'folder'", "TransactionalStorage");
  }

  private static String refusal(Deployer deployer, String name) {
    Throwable refusal = catchThrowable(() -> deployer.deploy(name));
    StringBuilder said = new StringBuilder();
    for (Throwable each = refusal; each != null; each = each.getCause()) {
      said.append(each).append('\n');
    }
    return said.toString();
  }
}
