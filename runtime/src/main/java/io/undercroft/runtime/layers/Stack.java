package io.undercroft.runtime.layers;

import static java.util.stream.Collectors.joining;

import io.undercroft.runtime.layers.Placement.Placed;
import io.undercroft.runtime.query.Documents;
import io.undercroft.spi.Around;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Limits;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Wrapper;
import io.undercroft.spi.Wrapper.Stage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between one storage's client and its backend, composed once when the storage opens:
 *
 * <pre>
 * debug → EDGE → read-only → completion → SHAPE → CACHE → TIER → GUARD → backend
 * </pre>
 *
 * <p>The completion adds what the backend lacks and the runtime can truthfully give: {@code Batch}
 * from single calls, {@code Expiry} by hiding and removing what is past its deadline, {@code
 * Changes} as seen by this process, and the memory that makes any resumable, {@code Transactions}
 * from {@code Commit}, and {@code Queries} by scanning and evaluating; what a backend's own {@code
 * Queries} leave over, it finishes. Transactions stand above the news, because their writes reach
 * the backend as one commit, which is told like any other; queries above both, so that they see
 * what a transaction sees.
 *
 * <p><b>Arounds</b> see every method of every facet as one call, inside transactions and at every
 * consistency level too. What an operation returns is led through them as well: beginning a
 * transaction is a call, and so is its end, that by {@code close()} included; a cursor's every page
 * is a call of its own (PAGE), closing it is none; subscribing is a call, the changes delivered
 * afterwards are none. Not a call are questions about what there is ({@code levels}, {@code
 * resumable}) and {@code settle}, which only waits. Arounds that become neighbours on a facet are
 * fused.
 *
 * <p><b>Threads:</b> immutable; its facets are safe for concurrent use.
 */
public final class Stack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

  private final Facets facets;
  private final List<String> layers;
  private final Map<Class<? extends Facet>, Support> support;
  private final Map<Class<? extends Facet>, String> withheld;
  private final Runnable end;

  private Stack(
      Facets facets,
      List<String> layers,
      Map<Class<? extends Facet>, Support> support,
      Map<Class<? extends Facet>, String> withheld,
      Runnable end) {
    this.facets = facets;
    this.layers = layers;
    this.support = support;
    this.withheld = withheld;
    this.end = end;
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
  public void close() {
    end.run();
  }

  /**
   * Takes the parts of one stack.
   *
   * <p><b>Threads:</b> for one thread at a time.
   */
  public static final class Builder {
    private final PluginContext context;
    private final Placement placement;
    private final List<String> layers = new ArrayList<>();
    private final Map<Class<? extends Facet>, String> withheld = new LinkedHashMap<>();
    private final Set<Class<? extends Facet>> emulated = new HashSet<>();
    private Facets facets;
    private Runnable end = () -> {};
    private Optional<Documents> documents = Optional.empty();
    private Limits limits = Limits.DEFAULT;
    private Retention retention = Retention.NONE;
    private boolean nativeOnly;
    private boolean readOnly;
    private Optional<ContainerTransactions> outsideOf = Optional.empty();
    private boolean debug;

    private Builder(Facets backend, PluginContext context) {
      this.facets = Objects.requireNonNull(backend, "backend");
      this.context = Objects.requireNonNull(context, "context");
      this.placement = new Placement(context.storage());
    }

    /**
     * Adds a wrapper that configuration lists under {@code layers}; called in the order of the
     * list, outermost first.
     *
     * @param name as it is listed
     */
    public Builder layer(String name, Wrapper wrapper) {
      placement.listed(name, wrapper);
      return this;
    }

    /**
     * Adds a wrapper that no list names, such as a CDI bean: it stands innermost in its stage,
     * after those added before.
     *
     * @param name what to call it
     */
    public Builder place(String name, Wrapper wrapper) {
      placement.unlisted(name, wrapper);
      return this;
    }

    /** Reads values as documents, for queries; without it there are only the backend's own. */
    public Builder documents(Documents reader) {
      documents = Optional.of(reader);
      return this;
    }

    /** Says what the backend takes; without it that is {@link Limits#DEFAULT}. */
    public Builder limits(Limits given) {
      limits = Objects.requireNonNull(given, "limits");
      return this;
    }

    /**
     * Says how much of the changes the completion keeps where the backend keeps none itself;
     * without it nothing, and {@code Changes} are resumable only where the backend's are.
     */
    public Builder retention(Retention given) {
      retention = Objects.requireNonNull(given, "retention");
      return this;
    }

    /** Leaves the completion out: {@code emulation=native-only}. */
    public Builder nativeOnly(boolean on) {
      nativeOnly = on;
      return this;
    }

    /**
     * Refuses every write with UNSUPPORTED: {@code read-only=true}. A plugin's own facets are taken
     * away.
     */
    public Builder readOnly(boolean on) {
      readOnly = on;
      return this;
    }

    /**
     * Refuses every write while one of these transactions is under way on its thread: what the
     * backend writes does not belong to it. A plugin's own facets are taken away.
     */
    public Builder outsideOf(Optional<ContainerTransactions> transactions) {
      outsideOf = transactions;
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
     * Composes the stack and logs it in one line. Called once.
     *
     * @throws StorageException INVALID_CONFIG if the listed order contradicts the stages, if a name
     *     is listed twice, or if a layer fails or takes KeyValue away
     */
    public Stack compose() {
      List<Placed> inwards = placement.inOrder();
      List<Placed> outwards = new ArrayList<>(inwards);
      Collections.reverse(outwards);
      String backend = "backend (" + facets + ")";
      try {
        outwards.stream().filter(placed -> placed.stage() != Stage.EDGE).forEach(this::wrap);
        if (!nativeOnly) {
          complete();
        }
        if (readOnly) {
          lead(RefusedWrites.READ_ONLY, RefusedWrites.always(facets, context.storage()));
        }
        outsideOf.ifPresent(
            transactions ->
                lead(
                    RefusedWrites.JTA,
                    RefusedWrites.inside(transactions, facets, context.storage())));
        outwards.stream().filter(placed -> placed.stage() == Stage.EDGE).forEach(this::wrap);
        if (debug) {
          Around log = DebugLog.of(context.storage());
          lead(DebugLog.NAME, Chain.of(context.storage(), DebugLog.NAME, log).over(facets));
        }
      } catch (RuntimeException | Error e) {
        end.run();
        throw e;
      }
      Collections.reverse(layers);
      LOG.info("storage '{}': {}", context.storage(), description(backend));
      return new Stack(
          facets, List.copyOf(layers), support(), Collections.unmodifiableMap(withheld), end);
    }

    private void wrap(Placed placed) {
      if (placed.wrapper() instanceof Around around) {
        lead(placed.name(), Chain.of(context.storage(), placed.name(), around).over(facets));
      } else if (placed.wrapper() instanceof Layer layer) {
        facets = applied(placed.name(), layer);
        layers.add(placed.name());
      } else {
        throw StorageException.of(
            ErrorCode.INVALID_CONFIG,
            "layer '%s' is neither a Layer nor an Around; implement one of them"
                .formatted(placed.name()));
      }
    }

    private Facets applied(String name, Layer layer) {
      Facets above;
      try {
        above = layer.apply(facets);
      } catch (StorageException e) {
        throw e;
      } catch (RuntimeException e) {
        throw StorageException.of(
            ErrorCode.INVALID_CONFIG,
            "layer '%s' could not be put around the storage: %s".formatted(name, e),
            e);
      }
      if (above == null || above.find(KeyValue.class).isEmpty()) {
        throw StorageException.of(
            ErrorCode.INVALID_CONFIG,
            "layer '%s' returned %s; a layer must leave KeyValue there"
                .formatted(name, above == null ? "null" : "only '" + above + "'"));
      }
      return above;
    }

    /** Takes facets that arounds lead; what they let no one past is gone. */
    private void lead(String name, Facets led) {
      for (Class<? extends Facet> type : facets.types()) {
        if (led.find(type).isEmpty()) {
          withheld.put(type, name);
        }
      }
      facets = led;
      layers.add(name);
    }

    private void complete() {
      Completion completion =
          Completion.of(facets, context, limits, readOnly, retention, documents);
      end = completion.end();
      facets = completion.facets();
      emulated.addAll(completion.added());
      completion.description().ifPresent(layers::add);
    }

    private Map<Class<? extends Facet>, Support> support() {
      Map<Class<? extends Facet>, Support> support = new LinkedHashMap<>();
      for (Class<? extends Facet> type : facets.types()) {
        support.put(type, emulated.contains(type) ? Support.EMULATED : Support.NATIVE);
      }
      return Collections.unmodifiableMap(support);
    }

    private String description(String backend) {
      List<String> all = new ArrayList<>(layers);
      all.add(backend);
      String stack = String.join(" → ", all);
      return withheld.isEmpty() ? stack : stack + "; taken away: " + withheldNames();
    }

    private String withheldNames() {
      return withheld.entrySet().stream()
          .map(gone -> gone.getKey().getSimpleName() + " by " + gone.getValue())
          .collect(joining(", "));
    }
  }
}
