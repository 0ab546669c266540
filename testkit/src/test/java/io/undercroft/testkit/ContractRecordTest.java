package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

final class ContractRecordTest {
  @TempDir Path folder;
  private String before = "";

  @BeforeEach
  void record() {
    before = System.getProperty(ContractRecord.FOLDER, "");
    System.setProperty(ContractRecord.FOLDER, folder.toString());
  }

  @AfterEach
  void recordWhereItWas() {
    if (before.isEmpty()) {
      System.clearProperty(ContractRecord.FOLDER);
    } else {
      System.setProperty(ContractRecord.FOLDER, before);
    }
  }

  private static void run(DiscoverySelector selector) {
    LauncherFactory.create()
        .execute(LauncherDiscoveryRequestBuilder.request().selectors(selector).build());
  }

  @Test
  void aPluginAndItsContractsAreWrittenDown() throws Exception {
    run(selectClass(ShelfContractTest.class));
    List<String> lines =
        Files.readAllLines(folder.resolve(ShelfContractTest.class.getName() + ".properties"));
    assertThat(lines)
        .contains("plugin=shelf", "persistent=true", "processes=several")
        .anyMatch(line -> line.matches("facets=.*KeyValue.*"))
        .anyMatch(line -> line.matches("contract.BackendKeyValue=passed [0-9]+.*"))
        .anyMatch(line -> line.matches("contract.BackendCluster=skipped [0-9]+"))
        .noneMatch(line -> line.contains("failed"))
        .isSorted();
  }

  @Test
  void aPartOfTheContractsIsNoRecord() {
    run(selectMethod(ShelfContractTest.class, "anEmptyBackendHoldsNothing"));
    assertThat(folder).isEmptyDirectory();
  }
}
