package io.undercroft.runtime.layers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.Support;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A backend with every facet of the SPI that writes down which methods were called, and the table
 * of what each of them must look like to an around. A method that the SPI gets anew is in neither,
 * and the tests that use this fail until it is.
 */
final class EveryFacet {
  static final String TRANSACTION = "t7";

  /** What an around sees of a method; no kind means that it is not a call. */
  record Seen(Optional<Kind> kind, List<String> keys) {
    static Seen as(Kind kind, String... keys) {
      return new Seen(Optional.of(kind), List.of(keys));
    }

    static Seen not() {
      return new Seen(Optional.empty(), List.of());
    }
  }

  static final Map<String, Seen> TABLE =
      Map.ofEntries(
          Map.entry("KeyValue.get", Seen.as(Kind.GET, "a")),
          Map.entry("KeyValue.has", Seen.as(Kind.HAS, "a")),
          Map.entry("KeyValue.held", Seen.not()),
          Map.entry("KeyValue.put", Seen.as(Kind.PUT, "a")),
          Map.entry("KeyValue.delete", Seen.as(Kind.DELETE, "a")),
          Map.entry("KeyValue.clear", Seen.as(Kind.CLEAR)),
          Map.entry("KeyValue.size", Seen.as(Kind.SIZE)),
          Map.entry("KeyValue.keys", Seen.as(Kind.KEYS)),
          Map.entry("KeyValue.scan", Seen.as(Kind.SCAN)),
          Map.entry("Cursor.next", Seen.as(Kind.PAGE)),
          Map.entry("Cursor.close", Seen.not()),
          Map.entry("Batch.getMany", Seen.as(Kind.GET_MANY, "a", "b")),
          Map.entry("Batch.getEach", Seen.as(Kind.GET_MANY, "a", "b")),
          Map.entry("Batch.putMany", Seen.as(Kind.PUT_MANY, "a")),
          Map.entry("Batch.deleteMany", Seen.as(Kind.DELETE_MANY, "a", "b")),
          Map.entry("Commit.commit", Seen.as(Kind.COMMIT, "m")),
          Map.entry("Queries.query", Seen.as(Kind.QUERY)),
          Map.entry("Queries.count", Seen.as(Kind.COUNT)),
          Map.entry("Queries.aggregate", Seen.as(Kind.AGGREGATE)),
          Map.entry("Queries.explain", Seen.as(Kind.EXPLAIN)),
          Map.entry("Queries.isSpatial", Seen.not()),
          Map.entry("Indexes.create", Seen.as(Kind.CREATE_INDEX)),
          Map.entry("Indexes.drop", Seen.as(Kind.DROP_INDEX)),
          Map.entry("Indexes.list", Seen.as(Kind.LIST_INDEXES)),
          Map.entry("IndexHome.definitions", Seen.not()),
          Map.entry("IndexHome.keepDefinitions", Seen.not()),
          Map.entry("Transactions.levels", Seen.not()),
          Map.entry("Transactions.begin", Seen.as(Kind.BEGIN)),
          Map.entry("Handle.id", Seen.not()),
          Map.entry("Handle.facets", Seen.not()),
          Map.entry("Handle.commit", Seen.as(Kind.COMMIT_TRANSACTION)),
          Map.entry("Handle.rollback", Seen.as(Kind.ROLLBACK)),
          Map.entry("Handle.savepoint", Seen.as(Kind.SAVEPOINT)),
          Map.entry("Handle.rollbackTo", Seen.as(Kind.ROLLBACK_TO)),
          Map.entry("Handle.close", Seen.as(Kind.ROLLBACK)),
          Map.entry("Changes.resumable", Seen.not()),
          Map.entry("Changes.settle", Seen.not()),
          Map.entry("Changes.subscribe", Seen.as(Kind.SUBSCRIBE)),
          Map.entry("Cluster.nodes", Seen.as(Kind.NODES)),
          Map.entry("Cluster.replicationStatus", Seen.as(Kind.REPLICATION_STATUS)),
          Map.entry("Cluster.sync", Seen.as(Kind.SYNC)),
          Map.entry("Cluster.levels", Seen.not()),
          Map.entry("Cluster.withConsistency", Seen.not()));

  /** Returns what the table says of a method, {@code Type.method}. */
  static Seen seen(String method) {
    Seen seen = TABLE.get(method);
    if (seen == null) {
      throw new AssertionError(method + " is not in the table: is it a call, and of which kind?");
    }
    return seen;
  }

  private final List<String> called = new ArrayList<>();

  /** Returns the methods called since the last time, as {@code Type.method}. */
  List<String> called() {
    List<String> copy = List.copyOf(called);
    called.clear();
    return copy;
  }

  Facets facets() {
    Facets facets = Facets.none();
    for (Class<? extends Facet> type : KnownFacets.TYPES) {
      facets = with(facets, type);
    }
    return facets;
  }

  private <F extends Facet> Facets with(Facets facets, Class<F> type) {
    return facets.with(type, fake(type));
  }

  private <T> T fake(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            EveryFacet.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "toString" -> "fake " + type.getSimpleName();
                  default -> {
                    called.add(name(type, method));
                    yield answer(method);
                  }
                }));
  }

  static String name(Class<?> type, Method method) {
    return type.getSimpleName() + "." + method.getName();
  }

  /** Returns the methods of a facet, or of what a facet returns. */
  static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getDeclaringClass() != Object.class)
        .filter(method -> !method.isBridge())
        .toList();
  }

  /** Calls the method with an argument of each type. */
  static Object invoke(Object target, Method method) throws Throwable {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(EveryFacet::argument).toArray();
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  static NewEntry entry() {
    return NewEntry.of("value".getBytes(UTF_8), "text/plain");
  }

  private static Object argument(Class<?> type) {
    Map<Class<?>, Object> samples =
        Map.ofEntries(
            Map.entry(String.class, "a"),
            Map.entry(byte[].class, new byte[0]),
            Map.entry(int.class, 10),
            Map.entry(NewEntry.class, entry()),
            Map.entry(Precondition.class, Precondition.NONE),
            Map.entry(Collection.class, List.of("a", "b")),
            Map.entry(Map.class, Map.of("a", entry())),
            Map.entry(Query.class, Query.all()),
            Map.entry(Pipeline.class, Pipeline.start()),
            Map.entry(Optional.class, Optional.empty()),
            Map.entry(IndexDefinition.class, IndexDefinition.hash("i", "f")),
            Map.entry(TransactionOptions.class, TransactionOptions.defaults()),
            Map.entry(BiConsumer.class, (BiConsumer<Object, Object>) (key, entry) -> {}),
            Map.entry(Consumer.class, (Consumer<Object>) change -> {}),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(ConsistencyLevel.class, ConsistencyLevel.QUORUM),
            Map.entry(List.class, MIXED));
    if (!samples.containsKey(type)) {
      throw new AssertionError("no sample argument of " + type + "; add one");
    }
    return samples.get(type);
  }

  /** Commit takes a list of checks and one of mutations: this one is taken for both. */
  private static final List<Object> MIXED = List.of(new Mutation.Put("m", entry()));

  private Object answer(Method method) {
    Class<?> type = method.getReturnType();
    if (type == Object.class) {
      throw new AssertionError("what does " + method + " return?");
    }
    Map<Class<?>, Object> samples =
        Map.ofEntries(
            Map.entry(Optional.class, Optional.empty()),
            Map.entry(boolean.class, true),
            Map.entry(long.class, 3L),
            Map.entry(String.class, TRANSACTION),
            Map.entry(
                PutResult.class,
                new PutResult.Written(
                    new EntryMeta(
                        "1", Instant.EPOCH, Instant.EPOCH, Optional.empty(), "x/y", Map.of()),
                    true)),
            Map.entry(DeleteResult.class, DeleteResult.DELETED),
            Map.entry(Cursor.class, fake(Cursor.class)),
            Map.entry(List.class, List.of()),
            Map.entry(Map.class, Map.of()),
            Map.entry(Set.class, Set.of(Isolation.SERIALIZABLE)),
            Map.entry(CommitResult.class, new CommitResult.Conflict("m", Optional.empty())),
            Map.entry(OptionalLong.class, OptionalLong.of(3)),
            Map.entry(
                Explanation.class,
                new Explanation(
                    Support.NATIVE,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    OptionalLong.empty(),
                    List.of())),
            Map.entry(Subscription.class, fake(Subscription.class)),
            Map.entry(ReplicationStatus.class, new ReplicationStatus(1, 0, Map.of(), 0)));
    if (type == void.class) {
      return 0; // ignored by the proxy
    }
    if (type == Queries.Answer.class) {
      return new Queries.Answer(
          new Cursor<>() {
            @Override
            public List<Queries.Found> next() {
              called.add("Cursor.next");
              return List.of();
            }

            @Override
            public void close() {
              called.add("Cursor.close");
            }
          },
          Optional.empty(),
          false,
          false);
    }
    if (type == Transactions.Handle.class) {
      return fake(Transactions.Handle.class);
    }
    if (type == Facets.class) {
      return facets();
    }
    if (!samples.containsKey(type)) {
      throw new AssertionError("no sample answer of " + type + "; add one");
    }
    return samples.get(type);
  }
}
