package io.undercroft.it.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** An archive that cannot work is not deployed, and one report says all of why. */
@ExtendWith(ArquillianExtension.class)
class RefusedIT {
  private static final String REPORT = "INVALID_CONFIG: ";

  private static final String LEDGER =
      """
      storages.debits.required=false
      storages.credits.required=false
      storages.debits.type=jdbc
      storages.debits.datasource=java:app/jdbc/debits
      storages.credits.type=jdbc
      storages.credits.datasource=java:app/jdbc/credits
      storages.folder.type=file
      storages.folder.path=${java.io.tmpdir}/undercroft-rooms
      """;

  @Deployment(name = "mistaken", managed = false, testable = false)
  static Archive<?> mistaken() {
    return Archives.rooms(
        "mistaken.war",
        LEDGER + "storage.type=redsi\nstorages.folder.durabilty=full\n",
        Demanding.class);
  }

  @Deployment(name = "ambitious", managed = false, testable = false)
  static Archive<?> ambitious() {
    return Archives.rooms("ambitious.war", LEDGER + "storage.type=memory\n", Ambitious.class);
  }

  @Deployment(name = "apart", managed = false, testable = false)
  static Archive<?> apart() {
    return Archives.ear(
        "apart.ear",
        Archives.small("apart-first.war", "storage.type=memory\nstorages.folder.type=memory\n"),
        Archives.small("apart-second.war", "storage.type=memory\nstorages.folder.type=memory\n"));
  }

  @Test
  @RunAsClient
  @DisabledIfSystemProperty(
      named = "arquillian.launch",
      matches = "glassfish|payara",
      disabledReason =
          "GlassFish refuses that itself: WELD-000163, the same library in both archives; Payara"
              + " Micro has no such archives")
  void twoArchivesInOneThatBringUndercroftEachAreToldWhereItBelongs(
      @ArquillianResource Deployer deployer) throws Exception {
    assertThat(report(deployer, "apart"))
        .contains("2 archives of this application bring an undercroft-runtime each")
        .contains("library folder that they share");
  }

  @Test
  @RunAsClient
  void everyMistakeIsNamedAtOnce(@ArquillianResource Deployer deployer) throws Exception {
    assertThat(report(deployer, "mistaken"))
        .contains("INVALID_CONFIG: 4 problems")
        // what the source is called is the server's: Payara says Properties
        .containsPattern(
            "storage.type=redsi \\((?:microprofile-config.p|P)roperties\\): no such plugin")
        .contains("storages.folder.durabilty", "did you mean 'durability'?")
        .contains("storage 'attic' is not configured")
        .contains("storage 'folder' is asked for values of 2 types");
  }

  @Test
  @RunAsClient
  void aCapabilityThatIsNotThereIsNamedWithThoseThatAre(@ArquillianResource Deployer deployer)
      throws Exception {
    assertThat(report(deployer, "ambitious"))
        .contains("INVALID_CONFIG: 1 problem")
        .contains("DistributedStorage", "'folder'", "TransactionalStorage");
  }

  /**
   * Returns what the server's log says of a deployment that fails: its first report. An adapter may
   * say by itself only that it failed, or not even that.
   */
  private static String report(Deployer deployer, String name) throws Exception {
    boolean payara = System.getProperty("arquillian.launch").equals("payara");
    Path log = Path.of(System.getProperty("server.log"));
    if (payara) {
      Files.deleteIfExists(log); // it starts a server for each deployment, with a log of its own
    }
    long before = Files.exists(log) ? Files.size(log) : 0;
    Throwable refusal = catchThrowable(() -> deployer.deploy(name));
    if (payara) {
      // its adapter calls that a success, and leaves a server at the port if it does not
      assertThat(Caller.at(name).get("memory?member=Ann").statusCode()).as(name).isEqualTo(404);
      Leftovers.end();
    } else {
      assertThat(refusal).as("what deploying says").isNotNull();
    }
    String said = "";
    for (int i = 0; i < 100 && !said.contains(REPORT); i++) {
      Thread.sleep(100);
      byte[] all = Files.readAllBytes(log);
      said = new String(all, (int) before, (int) (all.length - before), UTF_8);
    }
    assertThat(said).as("what the server's log says").contains(REPORT);
    String report =
        said.substring(said.indexOf(REPORT))
            .lines()
            .takeWhile(line -> !line.strip().startsWith("at "))
            .collect(Collectors.joining("\n"));
    System.out.println(report);
    return report;
  }
}
