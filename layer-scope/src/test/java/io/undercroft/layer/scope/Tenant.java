package io.undercroft.layer.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One tenant, who does whatever a storage can do, and knows what must be there because nobody else
 * may change it.
 */
final class Tenant {
  private static final Query ALL = Query.where(Field.field("number").gt(0));

  private final String name;
  private final Storage<Thing> storage;
  private final SplittableRandom dice;
  private final Map<String, Thing> model = new HashMap<>();
  private final Queue<String> strangers = new ConcurrentLinkedQueue<>();
  private long numbers;
  private int refused;

  /** What a tenant stores: whose it is, and a number. */
  public record Thing(String owner, long number) {}

  Tenant(String name, Storage<Thing> storage, SplittableRandom dice) {
    this.name = name;
    this.storage = storage;
    this.dice = dice;
  }

  /** Some are named as others are below. */
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

  /** Returns what must be there. */
  Map<String, Thing> model() {
    return model;
  }

  /** Returns how many transactions were refused because the other tenant was in the way. */
  int refused() {
    return refused;
  }

  /**
   * Does so many things.
   *
   * @throws AssertionError if it meets somebody else's entry, or misses one of its own
   */
  void live(int steps) {
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
      for (int i = 0; i < steps; i++) {
        String key = key();
        if (dice.nextBoolean()) {
          write(key);
        } else {
          read(key);
        }
        assertThat(storage.get(key)).isEqualTo(Optional.ofNullable(model.get(key)));
        assertThat(strangers).isEmpty();
      }
      assertThat(watching.isActive()).isTrue();
    }
    assertThat(strangers).isEmpty();
  }

  private void write(String key) {
    switch (dice.nextInt(12)) {
      case 0, 1, 2 -> set(key, thing());
      case 3 -> assertThat(storage.delete(key)).isEqualTo(model.remove(key) != null);
      case 4 -> setMany();
      case 5 -> deleteMany();
      case 6 -> batch(key);
      case 7 -> transaction(key);
      case 8 -> {
        if (dice.nextInt(20) == 0) {
          storage.clear();
          model.clear();
        }
      }
      case 9 -> setIfAbsent(key);
      case 10 -> update(key);
      default -> ofAVersion(key);
    }
  }

  private void set(String key, Thing thing) {
    if (dice.nextBoolean()) {
      storage.set(key, thing);
    } else {
      storage.async().set(key, thing).toCompletableFuture().join();
    }
    model.put(key, thing);
  }

  private void setMany() {
    Map<String, Thing> some = keys().stream().collect(Collectors.toMap(one -> one, one -> thing()));
    storage.batched().setMany(some);
    model.putAll(some);
  }

  private void deleteMany() {
    Set<String> some = keys();
    long there = some.stream().filter(model::containsKey).count();
    assertThat(storage.batched().deleteMany(some)).isEqualTo(there);
    model.keySet().removeAll(some);
  }

  private void batch(String key) {
    Thing thing = thing();
    String other = key() + "!";
    BatchStorage<Thing> batched = storage.batched();
    batched.batch(List.of(Operation.set(key, thing), Operation.delete(other)));
    model.put(key, thing);
    model.remove(other);
  }

  /** One that is refused because the other tenant wrote meanwhile has changed nothing. */
  private void transaction(String key) {
    try {
      transactionUnlessRefused(key);
    } catch (StorageException e) {
      if (!e.isRetryable()) {
        throw e;
      }
      refused++;
    }
  }

  private void transactionUnlessRefused(String key) {
    Thing thing = thing();
    Thing undone = thing();
    String other = key();
    boolean commits = dice.nextBoolean();
    try (Transaction<Thing> tx = storage.transactional().beginTransaction()) {
      assertThat(tx.get(key)).isEqualTo(Optional.ofNullable(model.get(key)));
      try (Stream<String> all = tx.keys()) {
        assertThat(all).containsExactlyInAnyOrderElementsOf(model.keySet());
      }
      tx.set(key, thing);
      tx.savepoint("here");
      tx.set(other, undone);
      tx.delete(key);
      tx.rollbackTo("here");
      if (commits) {
        tx.commit();
        model.put(key, thing);
      } else {
        tx.rollback();
      }
    }
  }

  private void setIfAbsent(String key) {
    Thing thing = thing();
    try {
      storage.set(key, thing, SetOptions.ifAbsent());
      assertThat(model.put(key, thing)).isNull();
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
      assertThat(model).containsKey(key);
    }
  }

  private void update(String key) {
    Thing thing = thing();
    storage.update(
        key,
        old -> {
          assertThat(old).isEqualTo(Optional.ofNullable(model.get(key)));
          return Optional.of(thing);
        });
    model.put(key, thing);
  }

  private void ofAVersion(String key) {
    Optional<Entry<Thing>> there = storage.entry(key);
    assertThat(there.map(Entry::value)).isEqualTo(Optional.ofNullable(model.get(key)));
    if (there.isEmpty()) {
      return;
    }
    if (dice.nextBoolean()) {
      assertThat(storage.delete(key, there.get().version())).isTrue();
      model.remove(key);
    } else {
      Thing thing = thing();
      storage.set(key, thing, SetOptions.ifVersion(there.get().version()));
      model.put(key, thing);
    }
  }

  private void read(String key) {
    switch (dice.nextInt(9)) {
      case 0 -> assertThat(storage.has(key)).isEqualTo(model.containsKey(key));
      case 1 -> assertThat(storage.size()).isEqualTo(model.size());
      case 2 -> {
        try (Stream<Entry<Thing>> all = storage.entries()) {
          assertThat(all.collect(Collectors.toMap(Entry::key, Entry::value))).isEqualTo(model);
        }
      }
      case 3 -> {
        try (Stream<String> some = storage.keys("b")) {
          assertThat(some)
              .containsExactlyInAnyOrderElementsOf(
                  model.keySet().stream().filter(one -> one.startsWith("b")).toList());
        }
      }
      case 4 -> {
        try (Stream<QueryResult<Thing>> all = storage.queryable().query(ALL)) {
          assertThat(all.map(QueryResult::key)).containsExactlyInAnyOrderElementsOf(model.keySet());
        }
      }
      case 5 -> assertThat(storage.queryable().count(ALL)).isEqualTo(model.size());
      case 6 -> {
        Query others = Query.where(Field.field("owner").ne(name));
        assertThat(storage.queryable().findOne(others)).isEmpty();
      }
      case 7 -> {
        try (Stream<Thing> all = storage.values()) {
          assertThat(all).containsExactlyInAnyOrderElementsOf(model.values());
        }
      }
      default -> {
        List<String> asked = new ArrayList<>(model.keySet());
        asked.add(key);
        assertThat(storage.batched().getMany(asked)).containsExactlyInAnyOrderEntriesOf(model);
      }
    }
  }
}
