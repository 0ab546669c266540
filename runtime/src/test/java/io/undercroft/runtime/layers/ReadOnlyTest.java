package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
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
import org.junit.jupiter.api.Test;

class ReadOnlyTest {
  private final EveryFacet backend = new EveryFacet();
  private final Facets facets =
      Stack.over(backend.facets(), new TestContext(new ManualClock()))
          .readOnly(true)
          .compose()
          .facets();

  private void everyWriteIsRefused(Facets here) throws Throwable {
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
              .hasMessageContaining("storages.rooms.read-only=true");
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
