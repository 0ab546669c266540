package io.undercroft.runtime.layers;

import static io.undercroft.storage.query.Field.field;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Support;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.query.Query;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QueriesByScanTest {
  private final ManualClock clock = new ManualClock();
  private final TestContext context = new TestContext(clock);
  private final CodecDocuments documents =
      new CodecDocuments(new StoredDocuments(CodecLimits.DEFAULT));

  private Stack.Builder over(Facets backend) {
    return Stack.over(backend, context).documents(documents);
  }

  private static NewEntry json(String text) {
    return NewEntry.of(text.getBytes(UTF_8), "application/json");
  }

  private static long ones(Facets facets) {
    return facets.require(Queries.class).count(Optional.of(field("n").eq(1))).orElseThrow();
  }

  @Test
  void queriesAreAddedByTheCompletion() {
    Stack stack = over(Memory.facets(clock)).compose();
    assertThat(stack.support()).containsEntry(Queries.class, Support.EMULATED);
    assertThat(stack.layers())
        .containsExactly("completion (Indexes, Changes, Transactions, Queries)");
    Memory.put(stack.facets().require(KeyValue.class), "a", json("{\"n\":1}"));
    assertThat(ones(stack.facets())).isEqualTo(1);
    assertThat(over(Memory.facets(clock)).nativeOnly(true).compose().facets().types())
        .doesNotContain(Queries.class);
  }

  @Test
  void queriesReachIntoTransactionsAndConsistencyLevels() {
    Facets inside = Facets.of(Memory.facets(clock).require(KeyValue.class));
    EveryFacet every = new EveryFacet();
    Facets backend =
        Memory.facets(clock)
            .with(
                Transactions.class,
                new InsideTransactions(
                    every.facets().require(Transactions.class), ignored -> inside))
            .with(
                Cluster.class,
                new EveryConsistency(every.facets().require(Cluster.class), ignored -> inside));
    Memory.put(inside.require(KeyValue.class), "a", json("{\"n\":1}"));
    Facets facets = over(backend).compose().facets();
    assertThat(ones(facets)).isZero();
    assertThat(
            ones(facets.require(Transactions.class).begin(TransactionOptions.defaults()).facets()))
        .isEqualTo(1);
    assertThat(ones(facets.require(Cluster.class).withConsistency(ConsistencyLevel.ONE)))
        .isEqualTo(1);
  }

  @Test
  void whatHasExpiredIsNotFoundWhereTheBackendOnlyKeepsDeadlines() {
    Facets keeping =
        Memory.facets(Clock.fixed(clock.instant(), clock.getZone())).without(Expiry.class);
    Facets facets = over(keeping).compose().facets();
    NewEntry until =
        new NewEntry(
            "{\"n\":1}".getBytes(UTF_8),
            "application/json",
            Optional.of(clock.instant().plusSeconds(1)),
            Map.of());
    Memory.put(facets.require(KeyValue.class), "a", until);
    assertThat(ones(facets)).isEqualTo(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(ones(facets)).isZero();
    assertThat(Memory.drain(facets.require(Queries.class).query(Query.all().limit(1)).entries()))
        .isEmpty();
  }

  @Test
  void whatStandsAboveSeesOneQueryAndNotItsScan() {
    List<Call.Kind> seen = new ArrayList<>();
    Around outermost =
        new Around() {
          @Override
          public String id() {
            return "seen";
          }

          @Override
          public Object around(Call call, Next next) throws Exception {
            seen.add(call.kind());
            return next.proceed(call);
          }
        };
    Facets facets = over(Memory.facets(clock)).layer("seen", outermost).compose().facets();
    assertThat(ones(facets)).isZero();
    Memory.drain(facets.require(Queries.class).query(Query.all()).entries());
    assertThat(seen).containsExactly(Call.Kind.COUNT, Call.Kind.QUERY, Call.Kind.PAGE);
  }
}
