package io.undercroft.runtime.cdi;

import io.undercroft.spi.Call;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.event.WatchOptions;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The method of the application's interfaces that comes nearest to each operation of the facets:
 * what an interceptor is told. A conditional {@code set}, for one, is a {@code set}.
 */
final class StorageMethods {
  private static final Map<Call.Kind, Method> METHODS = methods();

  private StorageMethods() {}

  static Method of(Call.Kind kind) {
    Method method = METHODS.get(kind);
    if (method == null) {
      throw new IllegalStateException("no method stands for " + kind);
    }
    return method;
  }

  /** Returns the keys where the method has them, and null for what a layer does not see. */
  static @Nullable Object[] parameters(Call call) {
    Class<?>[] types = of(call.kind()).getParameterTypes();
    @Nullable Object[] parameters = new @Nullable Object[types.length];
    if (types.length > 0 && !call.keys().isEmpty()) {
      if (types[0] == String.class) {
        parameters[0] = call.keys().iterator().next();
      } else if (types[0] == Collection.class) {
        parameters[0] = List.copyOf(call.keys());
      }
    }
    return parameters;
  }

  private static Map<Call.Kind, Method> methods() {
    Map<Call.Kind, Method> all = new EnumMap<>(Call.Kind.class);
    for (Call.Kind kind : Call.Kind.values()) {
      all.put(kind, method(kind));
    }
    return all;
  }

  private static Method method(Call.Kind kind) {
    return switch (kind) {
      case GET -> method(Storage.class, "get", String.class);
      case HAS -> method(Storage.class, "has", String.class);
      case PUT -> method(Storage.class, "set", String.class, Object.class);
      case DELETE -> method(Storage.class, "delete", String.class);
      case CLEAR -> method(Storage.class, "clear");
      case SIZE -> method(Storage.class, "size");
      case KEYS -> method(Storage.class, "keys");
      case SCAN, PAGE -> method(Storage.class, "entries");
      case GET_MANY -> method(BatchStorage.class, "getMany", Collection.class);
      case PUT_MANY -> method(BatchStorage.class, "setMany", Map.class);
      case DELETE_MANY -> method(BatchStorage.class, "deleteMany", Collection.class);
      case COMMIT -> method(BatchStorage.class, "batch", List.class);
      case QUERY -> method(QueryableStorage.class, "query", Query.class);
      case COUNT -> method(QueryableStorage.class, "count", Query.class);
      case AGGREGATE -> method(QueryableStorage.class, "aggregate", Pipeline.class);
      case EXPLAIN -> method(IndexedStorage.class, "explain", Query.class);
      case CREATE_INDEX -> method(IndexedStorage.class, "createIndex", IndexDefinition.class);
      case DROP_INDEX -> method(IndexedStorage.class, "dropIndex", String.class);
      case LIST_INDEXES -> method(IndexedStorage.class, "listIndexes");
      case BEGIN ->
          method(TransactionalStorage.class, "beginTransaction", TransactionOptions.class);
      case COMMIT_TRANSACTION -> method(Transaction.class, "commit");
      case ROLLBACK -> method(Transaction.class, "rollback");
      case SAVEPOINT -> method(Transaction.class, "savepoint", String.class);
      case ROLLBACK_TO -> method(Transaction.class, "rollbackTo", String.class);
      case SUBSCRIBE ->
          method(ObservableStorage.class, "watch", WatchOptions.class, Consumer.class);
      case NODES -> method(DistributedStorage.class, "nodes");
      case REPLICATION_STATUS -> method(DistributedStorage.class, "replicationStatus");
      case SYNC -> method(DistributedStorage.class, "sync", Duration.class);
    };
  }

  private static Method method(Class<?> type, String name, Class<?>... parameters) {
    try {
      return type.getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("the SPI has no such method", e);
    }
  }
}
