package io.undercroft.it.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short round of {@link WatchSoak}, and the proof that it notices every kind of lie. */
@Timeout(300)
final class WatchSoakTest {
  /** So many changes wait for a watcher; one who stands still for more is told to look anew. */
  private static final int QUEUE = 8_192;

  private static final Map<String, String> MEMORY = Map.of("type", "memory");

  private static WatchSoak.Plan plan(
      Map<String, String> settings, long changes, Duration patience) {
    return new WatchSoak.Plan(
        settings, changes, 1_000_000, 100, 4, 10, QUEUE, Duration.ZERO, 20, patience);
  }

  private static WatchSoak.Report run(Map<String, String> settings, long changes) throws Exception {
    WatchSoak.Report report =
        WatchSoak.run(plan(settings, changes, Duration.ofMinutes(1)), System.nanoTime());
    System.out.println("watch: " + settings.get("type") + ": " + report);
    return report;
  }

  @Test
  void nothingIsLostOrRepeatedInMemory() throws Exception {
    WatchSoak.Report report = run(MEMORY, 50_000);
    assertThat(report.isGood()).as("%s", report).isTrue();
    assertThat(report.made()).isGreaterThanOrEqualTo(50_000);
    assertThat(report.whileStill()).isGreaterThan(2 * QUEUE);
    assertThat(report.still().resyncs()).isEqualTo(1);
    assertThat(report.returns()).isEqualTo(20);
  }

  @Test
  void nothingIsLostOrRepeatedInAFolder(@TempDir Path folder) throws Exception {
    WatchSoak.Report report =
        run(
            Map.of(
                "type",
                "file",
                "path",
                folder.resolve("rooms").toString(),
                "durability",
                "relaxed"),
            5_000);
    assertThat(report.isGood()).as("%s", report).isTrue();
  }

  /** A hub that lies to its listeners. */
  private static Layer lying(
      BiFunction<Optional<String>, Consumer<StoredChange>, Consumer<StoredChange>> lie) {
    return new Layer() {
      @Override
      public String id() {
        return "lying";
      }

      @Override
      public Facets apply(Facets below) {
        return below.map(
            Changes.class,
            honest ->
                new Changes() {
                  @Override
                  public boolean resumable() {
                    return honest.resumable();
                  }

                  @Override
                  public Subscription subscribe(
                      Optional<String> after, Consumer<StoredChange> listener) {
                    return honest.subscribe(after, lie.apply(after, listener));
                  }
                });
      }
    };
  }

  private static WatchSoak.Report lied(
      BiFunction<Optional<String>, Consumer<StoredChange>, Consumer<StoredChange>> lie)
      throws Exception {
    return WatchSoak.run(plan(MEMORY, 5_000, Duration.ofSeconds(2)), System.nanoTime(), lying(lie));
  }

  private static void assertSeenByAll(WatchSoak.Report report) {
    assertThat(report.steady()).as("%s", report).noneMatch(told -> told.verdict().holds());
  }

  @Test
  void aHubThatDropsOneChangeIsSeen() throws Exception {
    assertSeenByAll(
        lied(
            (after, listener) -> {
              AtomicInteger count = new AtomicInteger();
              return change -> {
                if (count.incrementAndGet() != 2_000) {
                  listener.accept(change);
                }
              };
            }));
  }

  @Test
  void aHubThatRepeatsOneChangeIsSeen() throws Exception {
    assertSeenByAll(
        lied(
            (after, listener) -> {
              AtomicInteger count = new AtomicInteger();
              return change -> {
                listener.accept(change);
                if (count.incrementAndGet() == 2_000) {
                  listener.accept(change);
                }
              };
            }));
  }

  @Test
  void aHubThatSwapsTwoChangesOfAKeyIsSeen() throws Exception {
    assertSeenByAll(
        lied(
            (after, listener) -> {
              AtomicInteger count = new AtomicInteger();
              Map<String, StoredChange> held = new HashMap<>();
              return change -> {
                StoredChange former = held.remove(change.key());
                if (former != null) {
                  listener.accept(change);
                  listener.accept(former);
                } else if (count.incrementAndGet() == 2_000) {
                  held.put(change.key(), change);
                } else {
                  listener.accept(change);
                }
              };
            }));
  }

  @Test
  void aHubThatSkipsOneAtTheSeamIsSeenByWhoComesBack() throws Exception {
    WatchSoak.Report report = lied(resumed(position -> position, 1, 0));
    assertThat(report.traveller().isWhole()).as("%s", report).isFalse();
    assertThat(report.steady()).as("%s", report).allMatch(WatchSoak.Told::isWhole);
  }

  @Test
  void aHubThatTellsTheFirstTwiceAfterTheSeamIsSeenByWhoComesBack() throws Exception {
    WatchSoak.Report report = lied(resumed(position -> position, 0, 1));
    assertThat(report.traveller().isWhole()).as("%s", report).isFalse();
    assertThat(report.steady()).as("%s", report).allMatch(WatchSoak.Told::isWhole);
  }

  @Test
  void aHubThatSaysNothingOfWhatItForgotIsSeenByWhoStoodStill() throws Exception {
    WatchSoak.Report report =
        lied(
            (after, listener) -> {
              AtomicInteger count = new AtomicInteger();
              return change -> {
                if (count.incrementAndGet() < 2_000 || count.get() > 3_000) {
                  listener.accept(change);
                }
              };
            });
    assertThat(report.still().verdict().holds()).as("%s", report).isFalse();
  }

  private static BiFunction<Optional<String>, Consumer<StoredChange>, Consumer<StoredChange>>
      resumed(UnaryOperator<String> position, int skipped, int repeated) {
    return (after, listener) -> {
      AtomicInteger count = new AtomicInteger();
      return change -> {
        boolean first =
            after.map(position).isPresent()
                && change.type() != ChangeType.RESYNC
                && count.getAndIncrement() == 0;
        if (!first || skipped == 0) {
          listener.accept(change);
        }
        if (first && repeated > 0) {
          listener.accept(change);
        }
      };
    };
  }
}
