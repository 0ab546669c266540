package io.undercroft.layer.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tenants of one backend know nothing of each other. */
@Timeout(120)
class TenantsTest {
  private static final int STEPS = 6_000;

  /** What a tenant stores: whose it is, and a number. */
  public record Thing(String owner, long number) {}

  private static Undercroft open() {
    Undercroft.Builder builder =
        Undercroft.builder().withoutAmbientConfig().plugin(new SharedMemory());
    // One is named like the beginning of the other; and one storage sees all.
    for (String tenant : List.of("a", "ab")) {
      builder.storage(
          tenant, Map.of("type", "shared", "layers", "prefix", "prefix.tenant", tenant));
    }
    return builder.storage("all", Map.of("type", "shared")).open();
  }

  @Test
  void randomOperationsOfTwoTenantsNeverMeet() throws Exception {
    long seed = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Undercroft undercroft = open()) {
      List<Future<?>> ends = new ArrayList<>();
      for (String tenant : List.of("a", "ab")) {
        Tenant one =
            new Tenant(tenant, undercroft.storage(tenant, Thing.class), new SplittableRandom(seed));
        ends.add(threads.submit(one::live));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (Exception | AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** One tenant, who knows what is there because nobody else may change it. */
  private static final class Tenant {
    private final String name;
    private final Storage<Thing> storage;
    private final SplittableRandom dice;
    private final Map<String, Thing> model = new HashMap<>();
    private final Queue<String> strangers = new ConcurrentLinkedQueue<>();
    private long numbers;

    Tenant(String name, Storage<Thing> storage, SplittableRandom dice) {
      this.name = name;
      this.storage = storage;
      this.dice = dice;
    }

    private String key() {
      return List.of("", "b", "b/", "a/", "ab/").get(dice.nextInt(5)) + "k" + dice.nextInt(12);
    }

    private Thing thing() {
      return new Thing(name, ++numbers);
    }

    private Set<String> keys() {
      Set<String> some = new LinkedHashSet<>();
      for (int i = 0; i < 3; i++) {
        some.add(key());
      }
      return some;
    }

    void live() {
      try (Subscription watching =
          storage
              .observable()
              .watch(
                  "**",
                  change ->
                      change
                          .newValue()
                          .filter(value -> !value.owner().equals(name))
                          .ifPresent(value -> strangers.add(change.toString())))) {
        for (int i = 0; i < STEPS; i++) {
          step();
        }
        assertThat(watching.isActive()).isTrue();
      }
      assertThat(strangers).isEmpty();
    }

    private void step() {
      BatchStorage<Thing> batched = storage.batched();
      String key = key();
      switch (dice.nextInt(16)) {
        case 0, 1, 2 -> {
          Thing thing = thing();
          storage.set(key, thing);
          model.put(key, thing);
        }
        case 3 -> assertThat(storage.delete(key)).isEqualTo(model.remove(key) != null);
        case 4 -> assertThat(storage.has(key)).isEqualTo(model.containsKey(key));
        case 5 -> assertThat(storage.size()).isEqualTo(model.size());
        case 6 -> {
          Map<String, Thing> some =
              keys().stream().collect(Collectors.toMap(one -> one, one -> thing()));
          batched.setMany(some);
          model.putAll(some);
        }
        case 7 -> {
          Set<String> some = keys();
          long there = some.stream().filter(model::containsKey).count();
          assertThat(batched.deleteMany(some)).isEqualTo(there);
          model.keySet().removeAll(some);
        }
        case 8 -> {
          Thing thing = thing();
          String other = key() + "!";
          batched.batch(List.of(Operation.set(key, thing), Operation.delete(other)));
          model.put(key, thing);
          model.remove(other);
        }
        case 9 -> {
          Thing thing = thing();
          storage
              .transactional()
              .transaction(
                  tx -> {
                    assertThat(tx.get(key).isPresent()).isEqualTo(model.containsKey(key));
                    tx.set(key, thing);
                    return true;
                  });
          model.put(key, thing);
        }
        case 10 -> {
          try (Stream<Entry<Thing>> all = storage.entries()) {
            assertThat(all.collect(Collectors.toMap(Entry::key, Entry::value))).isEqualTo(model);
          }
        }
        case 11 -> {
          try (Stream<String> some = storage.keys("b")) {
            assertThat(some)
                .containsExactlyInAnyOrderElementsOf(
                    model.keySet().stream().filter(one -> one.startsWith("b")).toList());
          }
        }
        case 12 -> {
          Query query = Query.where(Field.field("number").gt(0));
          try (Stream<QueryResult<Thing>> all = storage.queryable().query(query)) {
            assertThat(all.map(QueryResult::key))
                .containsExactlyInAnyOrderElementsOf(model.keySet());
          }
          assertThat(storage.queryable().count(query)).isEqualTo(model.size());
        }
        case 13 -> {
          if (dice.nextInt(20) == 0) {
            storage.clear();
            model.clear();
          }
        }
        case 14 -> {
          Thing thing = thing();
          try {
            storage.set(key, thing, SetOptions.ifAbsent());
            assertThat(model.put(key, thing)).isNull();
          } catch (StorageException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
            assertThat(model).containsKey(key);
          }
        }
        default ->
            assertThat(batched.getMany(model.keySet())).containsExactlyInAnyOrderEntriesOf(model);
      }
      assertThat(storage.get(key).isPresent()).isEqualTo(model.containsKey(key));
    }
  }

  @Test
  void belowTheKeysBeginWithTheTenantsName() {
    try (Undercroft undercroft = open()) {
      undercroft.storage("a", Thing.class).set("b/c", new Thing("a", 1));
      undercroft.storage("ab", Thing.class).set("c", new Thing("ab", 2));
      try (Stream<String> all = undercroft.storage("all", Thing.class).keys()) {
        assertThat(all).containsExactlyInAnyOrder("a/b/c", "ab/c");
      }
      undercroft.storage("a", Thing.class).clear();
      try (Stream<String> all = undercroft.storage("all", Thing.class).keys()) {
        assertThat(all).containsExactly("ab/c");
      }
      assertThat(undercroft.info("a").details())
          .containsEntry("prefix.keys", "below they begin with a/");
    }
  }

  @Test
  void aKeyThatIsTooLongWithThePrefixIsRefused() {
    try (Undercroft undercroft = open()) {
      Storage<Thing> things = undercroft.storage("ab", Thing.class);
      things.set("ä".repeat(510), new Thing("ab", 1));
      StorageException refused =
          catchThrowableOfType(StorageException.class, () -> things.get("ä".repeat(511)));
      assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_KEY);
      assertThat(refused.getMessage()).contains("'ab/'").contains("room for 1021");
    }
  }

  @Test
  void aTenantWithoutANameOrWithASlashIsRefused() {
    for (String tenant : List.of("", "a/b")) {
      StorageException refused =
          catchThrowableOfType(
              StorageException.class,
              () ->
                  Undercroft.builder()
                      .withoutAmbientConfig()
                      .storage(
                          "rooms",
                          Map.of("type", "memory", "layers", "prefix", "prefix.tenant", tenant))
                      .open()
                      .close());
      assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(refused.getMessage()).contains("prefix.tenant");
    }
  }
}
