package io.undercroft.layer.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.layer.scope.Tenant.Thing;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tenants of one backend know nothing of each other. */
@Timeout(120)
class TenantsTest {
  /** One is named like the beginning of the other. */
  private static final List<String> TENANTS = List.of("a", "ab");

  private static final int STEPS = 6_000;
  private static final int STEPS_IN_A_TABLE = 2_000;

  private static Undercroft open() {
    Undercroft.Builder builder =
        Undercroft.builder().withoutAmbientConfig().plugin(new SharedMemory());
    for (String tenant : TENANTS) {
      builder.storage(
          tenant, Map.of("type", "shared", "layers", "prefix", "prefix.tenant", tenant));
    }
    return builder.storage("all", Map.of("type", "shared")).open();
  }

  @Test
  void randomOperationsOfTwoTenantsInMemoryNeverMeet() throws Exception {
    try (Undercroft undercroft = open()) {
      assertEverything(undercroft, live(tenant -> undercroft, STEPS));
    }
  }

  private static Map<String, String> table(Path folder) {
    return Map.of(
        "type", "sqlite",
        "database", folder.resolve("things.db").toString(),
        "table", "things",
        "durability", "relaxed");
  }

  @Test
  void randomOperationsOfTwoTenantsInOneTableNeverMeet(@TempDir Path folder) throws Exception {
    Map<String, Thing> expected;
    Undercroft.Builder builder = Undercroft.builder().withoutAmbientConfig();
    for (String tenant : TENANTS) {
      Map<String, String> settings = new HashMap<>(table(folder));
      settings.putAll(Map.of("layers", "prefix", "prefix.tenant", tenant));
      builder.storage(tenant, settings);
    }
    try (Undercroft undercroft = builder.open()) {
      expected = live(tenant -> undercroft, STEPS_IN_A_TABLE);
    }
    try (Undercroft undercroft =
        Undercroft.builder().withoutAmbientConfig().storage("all", table(folder)).open()) {
      assertEverything(undercroft, expected);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHANGES") // memory has no feed of its own
  void aScopeWithAHoleIsNoticed(LeakyPrefix.Hole hole) {
    Undercroft.Builder builder =
        Undercroft.builder().withoutAmbientConfig().plugin(new SharedMemory());
    for (String tenant : TENANTS) {
      builder.storage(tenant, Map.of("type", "shared")).wrap(tenant, new LeakyPrefix(tenant, hole));
    }
    try (Undercroft undercroft = builder.storage("all", Map.of("type", "shared")).open()) {
      assertThatThrownBy(() -> assertEverything(undercroft, live(tenant -> undercroft, STEPS)))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void aScopeThatTellsTheChangesOfOthersIsNoticed(@TempDir Path folder) {
    try (Undercroft one = leaky("a", folder);
        Undercroft other = leaky("ab", folder)) {
      assertThatThrownBy(() -> live(tenant -> tenant.equals("a") ? one : other, STEPS_IN_A_TABLE))
          .isInstanceOf(AssertionError.class);
    }
  }

  private static Undercroft leaky(String tenant, Path folder) {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .storage(tenant, table(folder))
        .wrap(tenant, new LeakyPrefix(tenant, LeakyPrefix.Hole.CHANGES))
        .open();
  }

  /**
   * Lets the tenants live side by side.
   *
   * @param where gives each tenant's
   * @return what must be there then, by its key below
   */
  private static Map<String, Thing> live(Function<String, Undercroft> where, int steps)
      throws Exception {
    long seed = Long.getLong("scope.seed", System.nanoTime());
    SplittableRandom seeds = new SplittableRandom(seed);
    ExecutorService threads = Executors.newFixedThreadPool(TENANTS.size());
    Map<String, Tenant> tenants = new LinkedHashMap<>();
    List<Future<?>> ends = new ArrayList<>();
    try {
      for (String name : TENANTS) {
        Storage<Thing> things = where.apply(name).storage(name, Thing.class);
        Tenant tenant = new Tenant(name, things, seeds.split());
        tenants.put(name, tenant);
        ends.add(threads.submit(() -> tenant.live(steps)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + seed, e);
    } finally {
      threads.shutdown();
    }
    assertThat(tenants.values()).as("seed %s", seed).allMatch(one -> one.refused() < steps / 50);
    Map<String, Thing> expected = new HashMap<>();
    tenants.forEach(
        (name, tenant) ->
            tenant.model().forEach((key, thing) -> expected.put(name + "/" + key, thing)));
    return expected;
  }

  /** Nothing of one's own is lost, and nothing lies elsewhere. */
  private static void assertEverything(Undercroft undercroft, Map<String, Thing> expected) {
    try (Stream<Entry<Thing>> all = undercroft.storage("all", Thing.class).entries()) {
      assertThat(all.collect(Collectors.toMap(Entry::key, Entry::value))).isEqualTo(expected);
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
