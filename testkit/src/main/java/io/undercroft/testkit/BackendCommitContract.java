package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.read;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.CommitResult.Applied;
import io.undercroft.spi.CommitResult.Committed;
import io.undercroft.spi.CommitResult.Conflict;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link Commit}: several writes as one, under conditions. */
interface BackendCommitContract extends Contract {
  @Test
  default void aCommitAppliesEveryMutationAndTellsWhatItDid() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    put(store, "there", "before");
    put(store, "going", "before");
    List<Applied> results =
        committed(
            commit.commit(
                List.of(),
                List.of(
                    new Mutation.Put("new", text("one", Map.of("who", "Alice"))),
                    new Mutation.Put("there", NewEntry.of(new byte[] {0, -1}, Entries.BINARY)),
                    new Mutation.Remove("going"),
                    new Mutation.Remove("never"))));
    assertThat(results).extracting(Applied::existed).containsExactly(false, true, true, false);
    assertThat(results.get(0).meta()).contains(read(store, "new").meta());
    assertThat(results.get(1).meta()).contains(read(store, "there").meta());
    assertThat(results.get(2).meta()).isEmpty();
    assertThat(results.get(3).meta()).isEmpty();
    assertThat(text(store, "new")).contains("one");
    assertThat(read(store, "new").meta().metadata()).isEqualTo(Map.of("who", "Alice"));
    assertThat(read(store, "there").value()).containsExactly(0, -1);
    assertThat(Entries.keys(store)).containsExactlyInAnyOrder("new", "there");
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  default void aCommitWritesAsASinglePutDoes() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    Instant deadline = subject().clock().instant().plus(Duration.ofDays(1));
    EntryMeta before = put(store, "a", text("one", Map.of("who", "Alice")));
    Instant later = subject().clock().advance(Duration.ofMinutes(1));
    EntryMeta after =
        committed(commit.commit(List.of(), List.of(new Mutation.Put("a", text("one", deadline)))))
            .get(0)
            .meta()
            .orElseThrow();
    assertThat(after.created()).isEqualTo(before.created());
    assertThat(after.updated()).isEqualTo(later);
    assertThat(after.version()).isNotEqualTo(before.version()).matches("[!-~]{1,128}");
    assertThat(after.expires()).contains(deadline);
    assertThat(after.metadata()).isEmpty();
  }

  @Test
  default void checksThatHoldLetACommitThrough() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    EntryMeta a = put(store, "a", "one");
    EntryMeta b = put(store, "b", "two");
    CommitResult result =
        commit.commit(
            List.of(
                new Check("a", Precondition.version(a.version())),
                new Check("b", Precondition.version(b.version())),
                new Check("c", Precondition.ABSENT),
                new Check("d", Precondition.NONE)),
            List.of(new Mutation.Put("a", text("three")), new Mutation.Put("c", text("four"))));
    assertThat(committed(result)).hasSize(2);
    assertThat(text(store, "a")).contains("three");
    assertThat(read(store, "b").meta()).isEqualTo(b);
    assertThat(text(store, "c")).contains("four");
  }

  @Test
  default void aCheckThatDoesNotHoldLeavesEverythingAsItWas() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    EntryMeta old = put(store, "a", "zero");
    EntryMeta a = put(store, "a", "one");
    EntryMeta b = put(store, "b", "two");
    List<Mutation> mutations =
        List.of(
            new Mutation.Put("new", text("x")),
            new Mutation.Put("a", text("x")),
            new Mutation.Remove("b"));
    Check holds = new Check("b", Precondition.version(b.version()));
    record Case(Check check, Conflict expected) {}
    for (Case broken :
        List.of(
            new Case(
                new Check("a", Precondition.version(old.version())),
                new Conflict("a", Optional.of(a.version()))),
            new Case(
                new Check("a", Precondition.ABSENT), new Conflict("a", Optional.of(a.version()))),
            new Case(
                new Check("never", Precondition.version(a.version())),
                new Conflict("never", Optional.empty())))) {
      for (List<Check> checks :
          List.of(
              List.of(broken.check()),
              List.of(holds, broken.check()),
              List.of(broken.check(), holds))) {
        assertThat(commit.commit(checks, mutations)).as("%s", checks).isEqualTo(broken.expected());
        assertThat(read(store, "a").meta()).isEqualTo(a);
        assertThat(text(store, "a")).contains("one");
        assertThat(read(store, "b").meta()).isEqualTo(b);
        assertThat(store.has("new")).isFalse();
        assertThat(store.size()).isEqualTo(2);
      }
    }
  }

  @Test
  default void theFirstCheckThatDoesNotHoldIsTheOneThatIsNamed() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    EntryMeta z = put(store, "z", "one");
    assertThat(
            commit.commit(
                List.of(
                    new Check("z", Precondition.ABSENT),
                    new Check("a", Precondition.version("no-such-version"))),
                List.of(new Mutation.Remove("z"))))
        .isEqualTo(new Conflict("z", Optional.of(z.version())));
  }

  @Test
  default void aCommitWithoutMutationsChecksOnly() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    EntryMeta a = put(store, "a", "one");
    assertThat(
            committed(
                commit.commit(
                    List.of(new Check("a", Precondition.version(a.version()))), List.of())))
        .isEmpty();
    assertThat(commit.commit(List.of(new Check("a", Precondition.ABSENT)), List.of()))
        .isEqualTo(new Conflict("a", Optional.of(a.version())));
    assertThat(committed(commit.commit(List.of(), List.of()))).isEmpty();
    assertThat(read(store, "a").meta()).isEqualTo(a);
  }

  @Test
  default void committedWritesAreThereAfterReopening() {
    subject().needsPersistence();
    Commit commit = subject().facet(Commit.class);
    put(subject().keyValue(), "going", "before");
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      mutations.add(new Mutation.Put("key-" + i, text("value " + i)));
    }
    mutations.add(new Mutation.Remove("going"));
    List<Applied> results = committed(commit.commit(List.of(), mutations));
    subject().reopenBackend();
    KeyValue store = subject().keyValue();
    assertThat(store.size()).isEqualTo(20);
    for (int i = 0; i < 20; i++) {
      assertThat(text(store, "key-" + i)).contains("value " + i);
      assertThat(results.get(i).meta()).contains(read(store, "key-" + i).meta());
    }
    assertThat(store.has("going")).isFalse();
  }

  @Test
  default void noReaderSeesOneWriteOfACommitWithoutTheOther() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    AtomicInteger laps = new AtomicInteger();
    write(commit, 0);
    try (Race readers =
        Race.looping(
            4,
            runner -> {
              // The one that is read later can only be the same or newer.
              String[] order = runner % 2 == 0 ? new String[] {"a", "b"} : new String[] {"b", "a"};
              int first = Integer.parseInt(text(store, order[0]).orElseThrow());
              int second = Integer.parseInt(text(store, order[1]).orElseThrow());
              assertThat(second)
                  .as("%s read after %s was %d", order[1], order[0], first)
                  .isGreaterThanOrEqualTo(first);
              laps.incrementAndGet();
            })) {
      int rounds = subject().scaled(2_000);
      for (int i = 1; (i <= rounds || laps.get() < 200) && !readers.isOver(); i++) {
        write(commit, i);
      }
    }
  }

  @Test
  default void ofManyCommitsOnOneVersionExactlyOneComesThrough() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    int rounds = subject().scaled(50);
    for (int round = 0; round < rounds; round++) {
      EntryMeta base = put(store, "a", "base");
      int number = round;
      AtomicInteger winners = new AtomicInteger();
      Race.run(
          8,
          runner -> {
            CommitResult result =
                commit.commit(
                    List.of(new Check("a", Precondition.version(base.version()))),
                    List.of(
                        new Mutation.Put("a", text("won by " + runner)),
                        new Mutation.Put("winner-" + number, text("won by " + runner))));
            if (result instanceof Committed) {
              winners.incrementAndGet();
            }
          });
      assertThat(winners).as("winners of round %d", round).hasValue(1);
      assertThat(text(store, "winner-" + round)).isEqualTo(text(store, "a"));
    }
  }

  @Test
  default void moneyMovedByManyIsNeitherMadeNorLost() {
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    int accounts = 6;
    for (int i = 0; i < accounts; i++) {
      put(store, "account-" + i, "100");
    }
    Seed.run(
        random -> {
          long seed = random.nextLong();
          Race.run(
              8,
              runner -> {
                Random own = new Random(seed + runner);
                int done = 0;
                while (done < subject().scaled(50)) {
                  String from = "account-" + own.nextInt(accounts);
                  String to = "account-" + own.nextInt(accounts);
                  if (!from.equals(to) && move(commit, store, from, to, 1 + own.nextInt(10))) {
                    done++;
                  }
                }
              });
        });
    int sum = 0;
    for (int i = 0; i < accounts; i++) {
      sum += Integer.parseInt(text(store, "account-" + i).orElseThrow());
    }
    assertThat(sum).isEqualTo(100 * accounts);
  }

  private static boolean move(Commit commit, KeyValue store, String from, String to, int amount) {
    StoredEntry source = read(store, from);
    StoredEntry target = read(store, to);
    int left = Integer.parseInt(text(source)) - amount;
    int there = Integer.parseInt(text(target)) + amount;
    return commit.commit(
            List.of(
                new Check(from, Precondition.version(source.meta().version())),
                new Check(to, Precondition.version(target.meta().version()))),
            List.of(
                new Mutation.Put(from, text(String.valueOf(left))),
                new Mutation.Put(to, text(String.valueOf(there)))))
        instanceof Committed;
  }

  private static void write(Commit commit, int number) {
    String text = String.valueOf(number);
    committed(
        commit.commit(
            List.of(),
            List.of(new Mutation.Put("a", text(text)), new Mutation.Put("b", text(text)))));
  }

  private static List<Applied> committed(CommitResult result) {
    assertThat(result).isInstanceOf(Committed.class);
    return ((Committed) result).results();
  }
}
