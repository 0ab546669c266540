package io.undercroft.storage;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who calls storages on this thread, said in code: for layers that ask, such as audit. Without it
 * they take the container's principal, or else the user of the process.
 *
 * <pre>{@code
 * try (Caller.Scope as = Caller.as("alice")) {
 *   rooms.set("a", room);
 * }
 * }</pre>
 *
 * <p>What {@code async()} begins inside a scope belongs to the same caller, whenever it runs.
 *
 * <p><b>Threads:</b> each thread has its own.
 */
public final class Caller {
  private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

  private Caller() {}

  /** Returns who was said to call on this thread, by the innermost scope that is open. */
  public static Optional<String> current() {
    Scope scope = INNERMOST.get();
    return scope == null ? Optional.empty() : Optional.of(scope.principal);
  }

  /**
   * Says who calls on this thread until the scope is closed.
   *
   * @param principal not empty
   */
  public static Scope as(String principal) {
    if (principal.isEmpty()) {
      throw new IllegalArgumentException("a caller has a name");
    }
    Scope scope = new Scope(principal, INNERMOST.get());
    INNERMOST.set(scope);
    return scope;
  }

  /** From {@link #as} until it is closed, on the same thread, the innermost first. Idempotent. */
  public static final class Scope implements AutoCloseable {
    private final String principal;
    private final @Nullable Scope outer;

    private Scope(String principal, @Nullable Scope outer) {
      this.principal = Objects.requireNonNull(principal, "principal");
      this.outer = outer;
    }

    @Override
    public void close() {
      if (INNERMOST.get() != this) {
        return;
      }
      if (outer == null) {
        INNERMOST.remove();
      } else {
        INNERMOST.set(outer);
      }
    }
  }
}
