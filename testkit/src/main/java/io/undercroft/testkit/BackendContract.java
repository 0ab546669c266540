package io.undercroft.testkit;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that the SPI demands of a plugin, tested at the level of bytes, without the runtime.
 *
 * <p>Randomness comes from a new seed each time, which a failure names and {@code
 * -Dundercroft.testkit.seed=…} gives back.
 *
 * <p>With {@code -Dundercroft.testkit.record=FOLDER} what the plugin declares and how each contract
 * went is written into a file of properties there, named after the test class, when all have run.
 */
@ExtendWith({ContractRecord.class, SkippedTests.class})
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class BackendContract
    implements BackendKeyValueContract,
        BackendCursorContract,
        BackendKeyContract,
        BackendBatchContract,
        BackendCommitContract,
        BackendExpiryContract,
        BackendIndexHomeContract,
        BackendChangesContract,
        BackendClusterContract,
        BackendLimitsContract,
        BackendLifeCycleContract,
        BackendInterruptionContract,
        BackendOutageContract,
        BackendBareDriverContract,
        BackendConcurrencyContract,
        BackendAnomalyContract,
        BackendModelContract {
  @TempDir @Nullable Path temp;
  private @Nullable Subject subject;

  /**
   * Returns the plugin with the settings of an empty storage. Called at least once for every test.
   *
   * @param temp an empty directory, a new one in every call, deleted after the test
   */
  protected abstract PluginUnderTest plugin(Path temp);

  @Override
  public final Subject subject() {
    Subject there = subject;
    if (there == null) {
      Path folder = temp;
      if (folder == null) {
        throw new IllegalStateException("the directory comes from JUnit, before each test");
      }
      there = new Subject(this::plugin, folder, MutableClock.atNow());
      subject = there;
    }
    return there;
  }

  @AfterEach
  final void closeSubject() {
    Subject there = subject;
    subject = null;
    if (there != null) {
      there.close();
    }
  }
}
