package io.undercroft.runtime.client;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.TypeRef;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of one name: what is mounted here is opened at the first use, may be swapped for
 * another mount and is given back at the end; the handles stay the same all the while.
 *
 * <p><b>Threads:</b> safe for concurrent use. The first users of a mount that is not open yet wait
 * for one opening and share its outcome; after a failure the next use tries again. Nothing here
 * holds a lock that another name needs.
 */
public final class MountPoint {
  private static final Logger LOG = LoggerFactory.getLogger(MountPoint.class);

  private final String storage;
  private final Surroundings surroundings;
  private final AtomicReference<State> state;
  private final ReentrantLock replacing = new ReentrantLock();
  private final Map<Type, Operations<?>> operations = new ConcurrentHashMap<>();
  private final Set<Feed<?>> feeds = ConcurrentHashMap.newKeySet();
  private final Hooks hooks = new Hooks();

  /** What a mount point is about. */
  private sealed interface State {}

  /** Nothing is open; the first use opens. */
  private record Idle(Supplier<Mount> opener) implements State {}

  /** Somebody opens or swaps; everybody else waits for the outcome. */
  private record Changing(Thread by, CompletableFuture<Mounted> outcome) implements State {
    Changing() {
      this(Thread.currentThread(), new CompletableFuture<>());
    }
  }

  /** Nothing will ever be open here again. */
  private record Ended(String why) implements State {}

  /** An open mount with the gate that its operations go through. */
  static final class Mounted implements State {
    private final Mount mount;
    private final Supplier<Mount> opener;
    private final Gate gate = new Gate();

    private Mounted(Supplier<Mount> opener) {
      this.mount = opener.get();
      this.opener = opener;
    }

    Mount mount() {
      return mount;
    }

    Gate gate() {
      return gate;
    }
  }

  /**
   * Makes the place of a name, with nothing open.
   *
   * @param storage the name
   * @param opener opens what is mounted here; its failures come out of the operation that needed it
   * @param surroundings what all storages of the runtime share
   */
  public MountPoint(String storage, Supplier<Mount> opener, Surroundings surroundings) {
    this.storage = Objects.requireNonNull(storage, "storage");
    this.surroundings = Objects.requireNonNull(surroundings, "surroundings");
    this.state = new AtomicReference<>(new Idle(Objects.requireNonNull(opener, "opener")));
  }

  /** Returns the storage's name. */
  public String storage() {
    return storage;
  }

  /** Returns the handle for values of this type, the same one at every call; opens nothing. */
  public <T> Storage<T> handle(Class<T> valueType) {
    return this.<T>operations(valueType).storage();
  }

  /** As {@link #handle(Class)}, for a generic type. */
  public <T> Storage<T> handle(TypeRef<T> valueType) {
    return this.<T>operations(valueType.type()).storage();
  }

  /** As {@link #handle(Class)}, for a type that was read by reflection. */
  public Storage<?> handle(Type valueType) {
    return this.<Object>operations(valueType).storage();
  }

  /**
   * Returns an implementation of a user's own interface, default methods included; opens the mount.
   *
   * @throws StorageException UNSUPPORTED if the interface cannot be implemented, naming everything
   *     that stands against it
   */
  public <S extends Storage<?>> S typed(Class<S> storageInterface) {
    return TypedInterface.of(storageInterface).implement(this);
  }

  @SuppressWarnings("unchecked") // under a type there are only the operations on its values
  <T> Operations<T> operations(Type valueType) {
    return (Operations<T>)
        operations.computeIfAbsent(valueType, type -> new Operations<T>(this, type));
  }

  /** Returns what is mounted, opening it if it is not open yet. */
  public Mount mount() {
    return mounted().mount();
  }

  /** Describes what is mounted, opening it if it is not open yet. */
  public StorageInfo info() {
    return inside(mount -> mount.info().get());
  }

  /**
   * Asks what is mounted for a sign of life, opening it if it is not open yet.
   *
   * @throws StorageException if there is none
   */
  public void ping() {
    inside(
        mount -> {
          mount.ping().run();
          return true;
        });
  }

  private <R> R inside(Function<Mount, R> work) {
    while (true) {
      Mounted mounted = mounted();
      if (mounted.gate().enter()) {
        try {
          return work.apply(mounted.mount());
        } catch (StorageException e) {
          throw e.in(storage);
        } finally {
          mounted.gate().exit();
        }
      }
    }
  }

  /** Returns what is mounted if it is open. */
  public Optional<Mount> peek() {
    return state.get() instanceof Mounted mounted ? Optional.of(mounted.mount()) : Optional.empty();
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Hooks hooks() {
    return hooks;
  }

  private State now() {
    return Objects.requireNonNull(state.get(), "there is always a state");
  }

  Mounted mounted() {
    while (true) {
      State now = now();
      if (now instanceof Mounted mounted) {
        return mounted;
      } else if (now instanceof Ended ended) {
        throw closed(ended.why());
      } else if (now instanceof Changing changing) {
        return await(changing);
      } else if (now instanceof Idle idle) {
        Changing opening = new Changing();
        if (state.compareAndSet(idle, opening)) {
          return open(idle, opening);
        }
      }
    }
  }

  private Mounted open(Idle idle, Changing opening) {
    Mounted mounted;
    try {
      mounted = new Mounted(idle.opener());
    } catch (RuntimeException | Error e) {
      state.compareAndSet(opening, idle);
      opening.outcome().completeExceptionally(e);
      throw e;
    }
    settle(opening, mounted);
    return mounted;
  }

  /** Puts the mount in the place of the change, or gives it back if the end came first. */
  private void settle(Changing changing, Mounted mounted) {
    if (state.compareAndSet(changing, mounted)) {
      changing.outcome().complete(mounted);
      return;
    }
    StorageException closed = closedNow();
    try {
      retire(mounted);
    } catch (RuntimeException e) {
      closed.addSuppressed(e);
    }
    changing.outcome().completeExceptionally(closed);
    throw closed;
  }

  private Mounted await(Changing changing) {
    if (changing.by() == Thread.currentThread()) {
      throw StorageException.of(
              ErrorCode.INVALID_CONFIG,
              "opening it needs the storage itself; give the layer or plugin another storage")
          .in(storage);
    }
    try {
      return changing.outcome().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageException.of(
              ErrorCode.INTERRUPTED, "the thread was interrupted while the storage was opening", e)
          .in(storage);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw StorageException.of(ErrorCode.CONNECTION_FAILED, "it could not be opened", e)
          .in(storage);
    }
  }

  /**
   * Opens another mount and switches the handles to it, then gives the old one back. If the new one
   * does not open, the old one stays, or is opened again where it had to make room.
   *
   * @param opener opens the new mount
   * @param makeRoom whether the old mount must be closed before the new one can open, because both
   *     need something that only one can have; operations wait meanwhile
   */
  public void replace(Supplier<Mount> opener, boolean makeRoom) {
    replacing.lock();
    try {
      if (makeRoom) {
        replaceMakingRoom(opener);
      } else {
        replaceOverlapping(opener);
      }
    } finally {
      replacing.unlock();
    }
  }

  private void replaceOverlapping(Supplier<Mount> opener) {
    Mounted next = new Mounted(opener);
    while (true) {
      State now = now();
      if (now instanceof Ended ended) {
        retireQuietly(next);
        throw closed(ended.why());
      } else if (now instanceof Changing changing) {
        awaitOutcome(changing);
      } else if (now instanceof Idle) {
        if (state.compareAndSet(now, next)) {
          return;
        }
      } else if (now instanceof Mounted old) {
        Changing switching = new Changing();
        if (state.compareAndSet(old, switching)) {
          old.gate().shut();
          settle(switching, next);
          feeds.forEach(feed -> feed.moveTo(next));
          retireQuietly(old);
          return;
        }
      }
    }
  }

  private void replaceMakingRoom(Supplier<Mount> opener) {
    while (true) {
      State now = now();
      if (now instanceof Ended ended) {
        throw closed(ended.why());
      } else if (now instanceof Changing changing) {
        awaitOutcome(changing);
      } else {
        Changing switching = new Changing();
        if (state.compareAndSet(now, switching)) {
          if (now instanceof Mounted old) {
            old.gate().shut();
            retireQuietly(old);
          }
          openInstead(opener, now, switching);
          return;
        }
      }
    }
  }

  private void openInstead(Supplier<Mount> opener, State former, Changing switching) {
    Mounted next;
    try {
      next = new Mounted(opener);
    } catch (RuntimeException | Error e) {
      restore(former, switching, e);
      throw e;
    }
    settle(switching, next);
    feeds.forEach(feed -> feed.moveTo(next));
  }

  private void restore(State former, Changing switching, Throwable failure) {
    Supplier<Mount> opener =
        former instanceof Mounted old
            ? old.opener
            : former instanceof Idle idle ? idle.opener : null;
    Objects.requireNonNull(opener, "only an idle or mounted place makes room");
    if (former instanceof Idle) {
      state.compareAndSet(switching, former);
      switching.outcome().completeExceptionally(failure);
      return;
    }
    Mounted again;
    try {
      again = new Mounted(opener);
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
      state.compareAndSet(switching, new Idle(opener));
      switching.outcome().completeExceptionally(e);
      return;
    }
    try {
      settle(switching, again);
    } catch (StorageException e) {
      failure.addSuppressed(e);
      return;
    }
    feeds.forEach(feed -> feed.moveTo(again));
  }

  private void awaitOutcome(Changing changing) {
    try {
      await(changing);
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      LOG.debug("storage '{}' did not open; it is being replaced", storage, e);
    }
  }

  /**
   * Ends it: no operation begins any more, those under way are waited for, and the mount is given
   * back. Idempotent.
   *
   * @param why the end of the sentence that handles answer from now on: {@code "it was removed"}
   * @return whether this call ended it
   * @throws RuntimeException what closing the mount threw
   */
  public boolean end(String why) {
    Ended ended = new Ended(why);
    while (true) {
      State now = now();
      if (now instanceof Ended) {
        return false;
      }
      if (state.compareAndSet(now, ended)) {
        if (now instanceof Mounted mounted) {
          mounted.gate().shut();
        }
        feeds.forEach(Feed::end);
        hooks.clear();
        if (now instanceof Mounted mounted) {
          retire(mounted);
        } else if (now instanceof Changing changing && changing.by() != Thread.currentThread()) {
          awaitItsOwnCleanUp(changing);
        }
        return true;
      }
    }
  }

  private void awaitItsOwnCleanUp(Changing changing) {
    try {
      changing.outcome().get(surroundings.drainLimit().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      LOG.debug("storage '{}' was still opening when it ended", storage, e);
    } catch (TimeoutException e) {
      LOG.warn(
          "storage '{}' was still opening when it ended and has not come back within {}; it will be"
              + " closed when it does",
          storage,
          surroundings.drainLimit());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void retire(Mounted mounted) {
    mounted.gate().shut();
    if (!mounted.gate().awaitEmpty(surroundings.drainLimit())) {
      LOG.warn(
          "storage '{}' is closed under operations that did not end within {}",
          storage,
          surroundings.drainLimit());
    }
    mounted.mount().closing().run();
  }

  private void retireQuietly(Mounted mounted) {
    try {
      retire(mounted);
    } catch (RuntimeException e) {
      LOG.warn("storage '{}': closing what was mounted before failed", storage, e);
    }
  }

  void add(Feed<?> feed) {
    feeds.add(feed);
  }

  void remove(Feed<?> feed) {
    feeds.remove(feed);
  }

  boolean hasEnded() {
    return state.get() instanceof Ended;
  }

  boolean isMounted(Mounted mounted) {
    return state.get() == mounted;
  }

  StorageException closedNow() {
    return closed(state.get() instanceof Ended ended ? ended.why() : "it was redefined");
  }

  private StorageException closed(String why) {
    return StorageException.of(ErrorCode.CLOSED, why).in(storage);
  }

  @Override
  public String toString() {
    return "MountPoint[" + storage + "]";
  }
}
