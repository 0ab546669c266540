package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.undercroft.runtime.layers.EveryFacet.Seen;
import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.query.Query;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AroundEveryMethodTest {
  private final EveryFacet backend = new EveryFacet();
  private final Heard outer = new Heard();
  private final Heard inner = new Heard();
  private final Facets facets =
      Stack.over(backend.facets(), new TestContext(new ManualClock()))
          .layer("outer", outer)
          .layer("inner", inner)
          .compose()
          .facets();

  /** One method and the object, in the stack, to call it on. */
  private record Target(Class<?> type, Method method, Object object) {
    String name() {
      return EveryFacet.name(type, method);
    }
  }

  private static List<Target> targets(Class<?> type, Object object) {
    return EveryFacet.methods(type).stream()
        .map(method -> new Target(type, method, object))
        .toList();
  }

  private static List<Target> targets(Facets facets) {
    List<Target> targets = new ArrayList<>();
    for (Class<? extends Facet> type : facets.types()) {
      targets.addAll(targets(type, facets.require(type)));
    }
    KeyValue kv = facets.require(KeyValue.class);
    targets.addAll(targets(Cursor.class, kv.keys("", 1)));
    targets.addAll(targets(Cursor.class, kv.scan("", 1)));
    Queries.Answer answer = facets.require(Queries.class).query(Query.all());
    targets.addAll(targets(Cursor.class, answer.entries()));
    return targets;
  }

  private void everyMethodIsOneCall(List<Target> targets, Optional<String> transaction)
      throws Throwable {
    outer.calls();
    inner.calls();
    backend.called();
    for (Target target : targets) {
      Seen expected = EveryFacet.seen(target.name());
      EveryFacet.invoke(target.object(), target.method());
      for (Heard around : List.of(outer, inner)) {
        List<Call> calls = around.calls();
        if (expected.kind().isEmpty()) {
          assertThat(calls).as(target.name()).isEmpty();
          continue;
        }
        assertThat(calls).as(target.name()).hasSize(1);
        Call call = calls.get(0);
        assertThat(call.kind()).as(target.name()).isEqualTo(expected.kind().get());
        assertThat(call.keys()).as(target.name()).containsExactlyElementsOf(expected.keys());
        assertThat(call.storage()).isEqualTo("rooms");
        assertThat(call.transaction()).as(target.name()).isEqualTo(transaction);
      }
      List<String> reached = backend.called();
      assertThat(reached)
          .as("%s reaches the backend once", target.name())
          .filteredOn(name -> name.equals(target.name()))
          .hasSize(ANSWERED_ABOVE.contains(target.name()) ? 0 : 1);
    }
  }

  /**
   * What the wrapper of a transaction knows already; and what would lead past an around, which may
   * look at what is read: a batch that reads all at once, and what lies in memory.
   */
  private static final Set<String> ANSWERED_ABOVE =
      Set.of("Handle.facets", "Batch.getEach", "KeyValue.held");

  @Test
  void everyMethodOfEveryFacetIsOneCall() throws Throwable {
    everyMethodIsOneCall(targets(facets), Optional.empty());
  }

  @Test
  void everyMethodInsideATransactionIsOneCallThatNamesIt() throws Throwable {
    Transactions.Handle handle =
        facets.require(Transactions.class).begin(TransactionOptions.defaults());
    everyMethodIsOneCall(targets(handle.facets()), Optional.of(EveryFacet.TRANSACTION));
  }

  @Test
  void everyMethodAtAConsistencyIsOneCall() throws Throwable {
    Facets at = facets.require(Cluster.class).withConsistency(ConsistencyLevel.QUORUM);
    everyMethodIsOneCall(targets(at), Optional.empty());
  }

  static Stream<Method> methodsOfAHandle() {
    return EveryFacet.methods(Transactions.Handle.class).stream();
  }

  @ParameterizedTest
  @MethodSource("methodsOfAHandle")
  void everyMethodOfATransactionIsOneCallThatNamesIt(Method method) throws Throwable {
    Transactions.Handle handle =
        facets.require(Transactions.class).begin(TransactionOptions.defaults());
    everyMethodIsOneCall(
        List.of(new Target(Transactions.Handle.class, method, handle)),
        Optional.of(EveryFacet.TRANSACTION));
  }

  @Test
  void closingATransactionThatIsOverIsNoCall() {
    Transactions.Handle handle =
        facets.require(Transactions.class).begin(TransactionOptions.defaults());
    handle.commit();
    handle.rollback();
    handle.close();
    assertThat(outer.calls())
        .extracting(Call::kind)
        .containsExactly(Kind.BEGIN, Kind.COMMIT_TRANSACTION);
    assertThat(backend.called())
        .containsOnlyOnce("Handle.commit", "Handle.close")
        .doesNotContain("Handle.rollback");
  }

  @Test
  void theTableHasEveryFacetOfTheSpiAndEveryKindOfCall() {
    Set<String> facetsOfTheSpi =
        new ClassFileImporter()
            .importUrl(Facet.class.getProtectionDomain().getCodeSource().getLocation()).stream()
                .filter(type -> type.isInterface() && type.isAssignableTo(Facet.class))
                .filter(type -> !type.isEquivalentTo(Facet.class))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
    assertThat(KnownFacets.TYPES.stream().map(Class::getName))
        .containsExactlyInAnyOrderElementsOf(facetsOfTheSpi);
    Set<Kind> kinds = new HashSet<>();
    EveryFacet.TABLE.values().forEach(seen -> seen.kind().ifPresent(kinds::add));
    assertThat(kinds).isEqualTo(EnumSet.allOf(Kind.class));
  }
}
