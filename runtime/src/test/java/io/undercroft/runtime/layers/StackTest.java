package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Around;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Call;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import io.undercroft.spi.Wrapper.Stage;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.TransactionOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StackTest {
  private final ManualClock clock = new ManualClock();
  private final TestContext context = new TestContext(clock);
  private final List<String> trace = new ArrayList<>();

  /** What a plugin offers beyond the SPI. */
  interface Own extends Facet {
    String secret();
  }

  private static Facets withOwn(Facets facets) {
    return facets.with(Own.class, () -> "out");
  }

  /** An around that writes down when it is entered. */
  private Around tracing(String name, Stage stage) {
    return new Around() {
      @Override
      public Object around(Call call, Next next) throws Exception {
        trace.add(name);
        return next.proceed(call);
      }

      @Override
      public Stage stage() {
        return stage;
      }
    };
  }

  private static Layer layer(Stage stage, UnaryOperator<Facets> mapping) {
    return new Layer() {
      @Override
      public Facets apply(Facets below) {
        return mapping.apply(below);
      }

      @Override
      public Stage stage() {
        return stage;
      }
    };
  }

  private static void assertInvalid(Stack.Builder builder, String... words) {
    assertThatThrownBy(builder::compose)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
        .hasMessageContainingAll(words);
  }

  // ---- order

  @Test
  void wrappersStandByStageAndThenAsListed() {
    Stack stack =
        Stack.over(Memory.facets(clock), context)
            .place("bean", tracing("bean", Stage.EDGE))
            .layer("audit", tracing("audit", Stage.EDGE))
            .layer("metrics", tracing("metrics", Stage.EDGE))
            .layer("encrypt", tracing("encrypt", Stage.SHAPE))
            .layer("cache", tracing("cache", Stage.CACHE))
            .layer("tier", tracing("tier", Stage.TIER))
            .layer("retry", tracing("retry", Stage.GUARD))
            .place("breaker", tracing("breaker", Stage.GUARD))
            .readOnly(true)
            .debug(true)
            .compose();
    stack.facets().require(KeyValue.class).get("a");
    assertThat(trace)
        .containsExactly(
            "audit", "metrics", "bean", "encrypt", "cache", "tier", "retry", "breaker");
    assertThat(stack.layers())
        .containsExactly(
            "debug",
            "audit",
            "metrics",
            "bean",
            "read-only",
            "completion (Changes, Transactions)",
            "encrypt",
            "cache",
            "tier",
            "retry",
            "breaker");
  }

  @Test
  void aListThatContradictsTheStagesIsRefusedAndNamesBoth() {
    assertInvalid(
        Stack.over(Memory.facets(clock), context)
            .layer("cache", tracing("cache", Stage.CACHE))
            .layer("audit", tracing("audit", Stage.EDGE)),
        "storages.rooms.layers=cache,audit",
        "'audit' (EDGE) cannot stand inside 'cache' (CACHE)",
        "EDGE, SHAPE, CACHE, TIER, GUARD",
        "write audit,cache");
  }

  @Test
  void everyContradictionIsNamedAtOnce() {
    assertInvalid(
        Stack.over(Memory.facets(clock), new TestContext("default", clock, context.scheduler()))
            .layer("retry", tracing("retry", Stage.GUARD))
            .layer("audit", tracing("audit", Stage.EDGE))
            .layer("cache", tracing("cache", Stage.CACHE))
            .layer("audit", tracing("audit", Stage.EDGE)),
        "storage.layers=retry,audit,cache,audit",
        "'audit' (EDGE) cannot stand inside 'retry' (GUARD)",
        "'cache' (CACHE) cannot stand inside 'retry' (GUARD)",
        "'audit' is listed twice",
        "write audit,cache,retry");
  }

  // ---- layers

  @Test
  void aLayerSeesWhatIsBelowAndWhatItDoesNotMentionPasses() {
    List<Facets> seen = new ArrayList<>();
    Stack stack =
        Stack.over(withOwn(Memory.facets(clock)), context)
            .layer(
                "own",
                layer(
                    Stage.SHAPE,
                    below -> {
                      seen.add(below);
                      return below.without(Commit.class);
                    }))
            .compose();
    assertThat(seen.get(0).types())
        .containsExactly(
            KeyValue.class,
            Batch.class,
            Commit.class,
            Expiry.class,
            SoleWriter.class,
            IndexHome.class,
            Own.class);
    assertThat(stack.facets().find(Commit.class)).isEmpty();
    assertThat(stack.facets().require(Own.class).secret()).isEqualTo("out");
    assertThat(stack.withheld()).isEmpty();
  }

  @Test
  void aLayerThatTakesKeyValueAwayIsRefusedByName() {
    assertInvalid(
        Stack.over(Memory.facets(clock), context)
            .layer("greedy", layer(Stage.TIER, below -> below.without(KeyValue.class))),
        "'greedy'",
        "'Batch, Commit, Expiry, SoleWriter, IndexHome'",
        "KeyValue");
  }

  @Test
  @SuppressWarnings("NullAway") // a layer of somebody without our checks
  void aLayerThatReturnsNullIsRefusedByName() {
    assertInvalid(
        Stack.over(Memory.facets(clock), context).layer("void", layer(Stage.TIER, below -> null)),
        "'void'",
        "null");
  }

  @Test
  void aLayerThatThrowsIsRefusedByName() {
    assertInvalid(
        Stack.over(Memory.facets(clock), context)
            .layer(
                "broken",
                layer(
                    Stage.EDGE,
                    below -> {
                      throw new IllegalStateException("no key");
                    })),
        "'broken'",
        "no key");
  }

  // ---- fusing

  @Test
  void neighboursAreOneWrapper() {
    KeyValue bare = Memory.facets(clock).require(KeyValue.class);
    KeyValue composed =
        Stack.over(Facets.of(bare), context)
            .layer("a", tracing("a", Stage.EDGE))
            .layer("b", tracing("b", Stage.EDGE))
            .layer("c", tracing("c", Stage.GUARD))
            .nativeOnly(true)
            .compose()
            .facets()
            .require(KeyValue.class);
    assertThat(composed)
        .isInstanceOfSatisfying(
            AroundKeyValue.class, around -> assertThat(around.below()).isSameAs(bare));
    composed.get("k");
    assertThat(trace).containsExactly("a", "b", "c");
  }

  @Test
  void aroundsMeetAcrossALayerThatDoesNotMentionTheFacet() {
    Facets backend = new EveryFacet().facets();
    Facets composed =
        Stack.over(backend, context)
            .layer("a", tracing("a", Stage.EDGE))
            .layer("cache", layer(Stage.CACHE, below -> below.map(KeyValue.class, Through::new)))
            .layer("b", tracing("b", Stage.GUARD))
            .nativeOnly(true)
            .compose()
            .facets();
    assertThat(composed.require(Commit.class))
        .isInstanceOfSatisfying(
            AroundCommit.class,
            around -> assertThat(around.below()).isSameAs(backend.require(Commit.class)));
    assertThat(composed.require(KeyValue.class))
        .isInstanceOfSatisfying(
            AroundKeyValue.class, around -> assertThat(around.below()).isInstanceOf(Through.class));
    composed.require(Commit.class).commit(List.of(), List.of());
    composed.require(KeyValue.class).get("k");
    assertThat(trace).containsExactly("a", "b", "a", "b");
  }

  // ---- what passes and what does not

  @Test
  void aFacetOfThePluginsOwnPassesAroundsUntouched() {
    Stack stack =
        Stack.over(withOwn(Memory.facets(clock)), context).layer("heard", new Heard()).compose();
    assertThat(stack.facets().require(Own.class).secret()).isEqualTo("out");
    assertThat(stack.support()).containsEntry(Own.class, Support.NATIVE);
  }

  @Test
  void anAroundThatMustSeeEverythingTakesItAwayEverywhere() {
    Facets own = withOwn(new EveryFacet().facets());
    Transactions transactions =
        new InsideTransactions(own.require(Transactions.class), StackTest::withOwn);
    Cluster cluster = new EveryConsistency(own.require(Cluster.class), StackTest::withOwn);
    Stack stack =
        Stack.over(own.with(Transactions.class, transactions).with(Cluster.class, cluster), context)
            .layer("audit", new Heard(true))
            .compose();
    assertThat(stack.facets().find(Own.class)).isEmpty();
    assertThat(stack.withheld()).isEqualTo(Map.of(Own.class, "audit"));
    assertThat(
            stack
                .facets()
                .require(Transactions.class)
                .begin(TransactionOptions.defaults())
                .facets()
                .find(Own.class))
        .isEmpty();
    assertThat(
            stack
                .facets()
                .require(Cluster.class)
                .withConsistency(ConsistencyLevel.ALL)
                .find(Own.class))
        .isEmpty();
    Set<Class<? extends Facet>> others = new HashSet<>(KnownFacets.TYPES);
    others.remove(IndexHome.class); // which the completion takes, for itself alone
    assertThat(stack.facets().types()).containsAll(others);
  }

  // ---- who does the work

  @Test
  void whatTheBackendHasIsNativeAndTheRestIsEmulated() {
    KeyValue bare = Memory.facets(clock).require(KeyValue.class);
    Stack emulating = Stack.over(Facets.of(bare), context).compose();
    assertThat(emulating.support())
        .isEqualTo(
            Map.of(
                KeyValue.class, Support.NATIVE,
                Expiry.class, Support.EMULATED,
                Batch.class, Support.EMULATED,
                Changes.class, Support.EMULATED));
    assertThat(emulating.layers()).containsExactly("completion (Expiry, Batch, Changes)");
    Stack nativeOnly = Stack.over(Facets.of(bare), context).nativeOnly(true).compose();
    assertThat(nativeOnly.support()).isEqualTo(Map.of(KeyValue.class, Support.NATIVE));
    assertThat(nativeOnly.layers()).isEmpty();
    assertThat(nativeOnly.facets().require(KeyValue.class)).isSameAs(bare);
  }

  @Test
  void whatIsThereIsNotEmulated() {
    Stack stack = Stack.over(new EveryFacet().facets(), context).compose();
    assertThat(stack.support()).allSatisfy((type, by) -> assertThat(by).isEqualTo(Support.NATIVE));
    assertThat(stack.layers()).isEmpty();
  }
}
