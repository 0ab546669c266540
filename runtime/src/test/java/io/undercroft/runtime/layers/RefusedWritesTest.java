package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RefusedWritesTest {
  private final EveryFacet backend = new EveryFacet();
  private final Facets facets =
      Stack.over(backend.facets(), new TestContext(new ManualClock()))
          .readOnly(true)
          .compose()
          .facets();

  private void everyWriteIsRefused(Facets here) throws Throwable {
    everyWriteIsRefused(here, "storages.rooms.read-only=true");
  }

  private void everyWriteIsRefused(Facets here, String because) throws Throwable {
    backend.called();
    List<String> refused = new ArrayList<>();
    for (Class<? extends Facet> type : here.types()) {
      for (Method method : EveryFacet.methods(type)) {
        String name = EveryFacet.name(type, method);
        Optional<Kind> kind = EveryFacet.seen(name).kind();
        if (kind.isPresent() && kind.get().isWrite()) {
          assertThatThrownBy(() -> EveryFacet.invoke(here.require(type), method))
              .as(name)
              .isInstanceOfSatisfying(
                  StorageException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
              .hasMessageContaining(because);
          refused.add(name);
        } else {
          EveryFacet.invoke(here.require(type), method);
          assertThat(backend.called()).contains(name);
        }
      }
    }
    assertThat(backend.called()).isEmpty();
    assertThat(refused).hasSize(8).contains("KeyValue.put", "Commit.commit", "Indexes.create");
  }

  @Test
  void everyWriteIsRefusedAndEveryReadGoesThrough() throws Throwable {
    everyWriteIsRefused(facets);
  }

  @Test
  void inATransactionToo() throws Throwable {
    everyWriteIsRefused(
        facets.require(Transactions.class).begin(TransactionOptions.defaults()).facets());
  }

  @Test
  void atEveryConsistencyToo() throws Throwable {
    everyWriteIsRefused(facets.require(Cluster.class).withConsistency(ConsistencyLevel.ALL));
  }

  @Test
  void aTransactionThatReadMayEndAndACommitMayCheck() {
    facets.require(Transactions.class).begin(TransactionOptions.defaults()).commit();
    assertThat(backend.called()).contains("Handle.commit");
    assertThat(facets.require(Commit.class).commit(List.of(), List.of()))
        .isInstanceOf(CommitResult.class);
  }

  @Test
  void insideATransactionOfTheContainerEveryWriteIsRefusedAndOutsideNone() throws Throwable {
    AtomicBoolean active = new AtomicBoolean(true);
    Facets within =
        Stack.over(backend.facets().with(StackTest.Own.class, () -> "out"), CONTEXT)
            .outsideOf(Optional.of(new Transacting(active)))
            .compose()
            .facets();
    assertThat(within.find(StackTest.Own.class)).isPresent(); // whether it writes is not known
    Facets known = within.without(StackTest.Own.class);
    everyWriteIsRefused(known, "storages.rooms.jta=ignore");
    everyWriteIsRefused(
        within.require(Cluster.class).withConsistency(ConsistencyLevel.ALL),
        "storages.rooms.jta=ignore");

    active.set(false);
    for (Class<? extends Facet> type : known.types()) {
      for (Method method : EveryFacet.methods(type)) {
        EveryFacet.invoke(known.require(type), method);
        assertThat(backend.called()).contains(EveryFacet.name(type, method));
      }
    }
  }

  private record Transacting(AtomicBoolean active) implements ContainerTransactions {
    @Override
    public boolean isActive() {
      return active.get();
    }

    @Override
    public void afterCompletion(Consumer<Boolean> committed) {
      throw new UnsupportedOperationException("nobody waits for the end here");
    }
  }

  @Test
  void aFacetOfThePluginsOwnIsTakenAway() {
    Stack stack =
        Stack.over(backend.facets().with(StackTest.Own.class, () -> "out"), CONTEXT)
            .readOnly(true)
            .compose();
    assertThat(stack.withheld()).containsEntry(StackTest.Own.class, "read-only");
    assertThat(stack.facets().find(KeyValue.class)).isPresent();
  }

  private static final TestContext CONTEXT = new TestContext(new ManualClock());
}
