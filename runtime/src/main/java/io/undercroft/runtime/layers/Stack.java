package io.undercroft.runtime.layers;

import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What stands between one storage's client and its backend, composed once when the storage opens:
 *
 * <pre>
 * debug → EDGE → read-only → completion → SHAPE → CACHE → TIER → GUARD → backend
 * </pre>
 *
 * <p>The completion adds what the backend lacks and the runtime can truthfully give: {@code Batch}
 * from single calls, {@code Expiry} by hiding and removing what is past its deadline, and {@code
 * Changes} as seen by this process (not resumable).
 *
 * <p><b>Threads:</b> immutable; its facets are safe for concurrent use.
 */
public final class Stack implements AutoCloseable {
  private final Facets facets;
  private final List<String> layers;
  private final Map<Class<? extends Facet>, Support> support;
  private final Map<Class<? extends Facet>, String> withheld;

  private Stack(
      Facets facets,
      List<String> layers,
      Map<Class<? extends Facet>, Support> support,
      Map<Class<? extends Facet>, String> withheld) {
    this.facets = facets;
    this.layers = layers;
    this.support = support;
    this.withheld = withheld;
  }

  /**
   * Begins the stack of the storage that the context names.
   *
   * @param backend the backend's facets
   * @param context gives the storage's name, the clock for deadlines, the executor for the removal
   *     of what has expired, the scheduler for noticing it
   */
  public static Builder over(Facets backend, PluginContext context) {
    return new Builder(backend, context);
  }

  /** Returns the facets for the client; {@link io.undercroft.spi.KeyValue} always among them. */
  public Facets facets() {
    return facets;
  }

  /**
   * Returns what stands above the backend, outermost first: the configured names, and {@code
   * debug}, {@code read-only} and {@code completion (Batch, Changes)} where they are there; for
   * {@link io.undercroft.storage.StorageInfo#layers}.
   */
  public List<String> layers() {
    return layers;
  }

  /**
   * Returns who does the work of each of {@link #facets}, in their order; EMULATED is what the
   * completion added.
   */
  public Map<Class<? extends Facet>, Support> support() {
    return support;
  }

  /**
   * Returns the backend's own facets that were taken away, each with the name of the around that
   * insists on seeing everything: for the message when somebody asks for one.
   */
  public Map<Class<? extends Facet>, String> withheld() {
    return withheld;
  }

  /**
   * Ends what the completion holds: subscriptions and scheduled work. Closes neither the backend
   * nor the wrappers: whoever opened those does. Idempotent.
   */
  @Override
  public void close() {}

  /**
   * Takes the parts of one stack.
   *
   * <p><b>Threads:</b> for one thread at a time.
   */
  public static final class Builder {
    private final Facets backend;
    private final PluginContext context;
    private final List<Wrapper> wrappers = new ArrayList<>();
    private boolean nativeOnly;
    private boolean readOnly;
    private boolean debug;

    private Builder(Facets backend, PluginContext context) {
      this.backend = Objects.requireNonNull(backend, "backend");
      this.context = Objects.requireNonNull(context, "context");
    }

    /**
     * Adds a wrapper that configuration lists under {@code layers}; called in the order of the
     * list, outermost first.
     *
     * @param name as it is listed
     */
    public Builder layer(String name, Wrapper wrapper) {
      Objects.requireNonNull(name, "name");
      wrappers.add(Objects.requireNonNull(wrapper, "wrapper"));
      return this;
    }

    /**
     * Adds a wrapper that no list names, such as a CDI bean: it stands innermost in its stage,
     * after those added before.
     *
     * @param name what to call it
     */
    public Builder place(String name, Wrapper wrapper) {
      return layer(name, wrapper);
    }

    /** Leaves the completion out: {@code emulation=native-only}. */
    public Builder nativeOnly(boolean on) {
      nativeOnly = on;
      return this;
    }

    /** Refuses every write with UNSUPPORTED: {@code read-only=true}. */
    public Builder readOnly(boolean on) {
      readOnly = on;
      return this;
    }

    /**
     * Logs every call with its keys, duration and outcome, never a value, at INFO under {@code
     * io.undercroft.debug.STORAGE}: {@code debug=true}.
     */
    public Builder debug(boolean on) {
      debug = on;
      return this;
    }

    /**
     * Composes the stack and logs it in one line.
     *
     * @throws StorageException INVALID_CONFIG if the listed order contradicts the stages, if a name
     *     is listed twice, or if a layer fails or takes KeyValue away
     */
    public Stack compose() {
      if (nativeOnly || readOnly || debug || !wrappers.isEmpty()) {
        throw new UnsupportedOperationException(
            "comes with the next commits: " + context.storage());
      }
      return new Stack(backend, List.of(), Map.of(), Map.of());
    }
  }
}
