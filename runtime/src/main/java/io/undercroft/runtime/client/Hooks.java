package io.undercroft.runtime.client;

import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.StorageEvent;
import io.undercroft.storage.event.Subscription;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code before}, {@code after} and {@code error} handlers of one storage, for all its handles.
 *
 * <p>An operation takes one snapshot, which for a storage that nobody listens to is {@link #NONE},
 * and asks nothing else.
 */
final class Hooks {
  /** What an operation sees when nobody listens. */
  static final Snapshot NONE = new Snapshot(Map.of());

  private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);

  private volatile Snapshot snapshot = NONE;

  /** The handlers at one moment. */
  static final class Snapshot {
    private final Map<EventType, List<Hook>> byType;

    private Snapshot(Map<EventType, List<Hook>> byType) {
      this.byType = byType;
    }

    boolean has(EventType type) {
      return byType.containsKey(type);
    }

    private List<Hook> hooks(EventType type) {
      return byType.getOrDefault(type, List.of());
    }

    private Snapshot with(EventType type, List<Hook> hooks) {
      Map<EventType, List<Hook>> changed = new EnumMap<>(EventType.class);
      changed.putAll(byType);
      if (hooks.isEmpty()) {
        changed.remove(type);
      } else {
        changed.put(type, hooks);
      }
      return changed.isEmpty() ? NONE : new Snapshot(changed);
    }

    /** Calls the handlers; the first that throws ends it, and what it throws comes out. */
    void veto(Moment moment, String key, Optional<?> value) {
      for (Hook hook : hooks(moment.type())) {
        if (hook.isActive()) {
          hook.handler.accept(moment.event(hook, key, value, Optional.empty()));
        }
      }
    }

    /** Calls the handlers; what they throw is logged. */
    void tell(Moment moment, String key, Optional<?> value, Optional<StorageException> error) {
      for (Hook hook : hooks(moment.type())) {
        if (!hook.isActive()) {
          continue;
        }
        try {
          hook.handler.accept(moment.event(hook, key, value, error));
        } catch (RuntimeException | Error e) {
          // the operation is done: nothing that a listener does may change its outcome
          LOG.warn("storage '{}': a handler of {} failed", moment.storage(), moment.type(), e);
        }
      }
    }
  }

  /** What all events of one operation have in common. */
  record Moment(EventType type, String storage, Type valueType, Instant time) {
    StorageEvent<Object> event(
        Hook hook, String key, Optional<?> value, Optional<StorageException> error) {
      // a handler that was registered for another type of values must not be given these
      Optional<Object> seen =
          hook.valueType.equals(valueType) ? value.map(v -> (Object) v) : Optional.empty();
      return new StorageEvent<>(type, storage, key, seen, time, Optional.empty(), error);
    }
  }

  private final class Hook implements Subscription {
    private final EventType type;
    private final Type valueType;
    private final Consumer<StorageEvent<Object>> handler;
    private volatile boolean active = true;

    Hook(EventType type, Type valueType, Consumer<StorageEvent<Object>> handler) {
      this.type = type;
      this.valueType = valueType;
      this.handler = handler;
    }

    @Override
    public boolean isActive() {
      return active;
    }

    @Override
    public void close() {
      remove(this);
    }
  }

  Snapshot now() {
    return snapshot;
  }

  @SuppressWarnings("unchecked") // an event is made with the hook's own type of values, or without
  <T> Subscription add(EventType type, Type valueType, Consumer<StorageEvent<T>> handler) {
    Consumer<StorageEvent<Object>> erased =
        event -> handler.accept((StorageEvent<T>) (StorageEvent<?>) event);
    Hook hook = new Hook(type, valueType, erased);
    synchronized (this) {
      List<Hook> hooks = new ArrayList<>(snapshot.hooks(type));
      hooks.add(hook);
      snapshot = snapshot.with(type, hooks);
    }
    return hook;
  }

  private synchronized void remove(Hook hook) {
    if (!hook.active) {
      return;
    }
    hook.active = false;
    List<Hook> rest = new ArrayList<>(snapshot.hooks(hook.type));
    rest.remove(hook);
    snapshot = snapshot.with(hook.type, rest);
  }

  /** Ends every subscription. */
  synchronized void clear() {
    snapshot.byType.values().forEach(hooks -> hooks.forEach(hook -> hook.active = false));
    snapshot = NONE;
  }
}
