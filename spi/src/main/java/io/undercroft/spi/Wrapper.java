package io.undercroft.spi;

import java.util.Locale;
import java.util.Map;

/**
 * Behaviour about a backend: a {@link Layer} that maps facets to facets, or an {@link Around} that
 * sees every operation through one method. Found by ServiceLoader under either name, as a CDI bean,
 * made by a {@link LayerPlugin}, or handed in by code.
 *
 * <p>Implement one of the two, never this alone. It is not sealed, because the proxy of a CDI bean
 * implements every interface of its bean itself.
 */
public interface Wrapper {
  /**
   * Returns the name by which configuration lists it under {@code layers}: by default the class's
   * simple name without {@code Layer} or {@code Around} at its end, in kebab case ({@code
   * SlowLogAround} is {@code slow-log}).
   */
  default String id() {
    String simple = getClass().getSimpleName().replaceAll("(?<=.)(Layer|Around)$", "");
    return simple.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** Returns where it stands in the stack. */
  default Stage stage() {
    return Stage.EDGE;
  }

  /**
   * Returns facts for the storage's info, where each stands under this wrapper's name: {@code
   * cache.staleness}. Asked for once the storage is open, and again each time; never a secret.
   */
  default Map<String, String> details() {
    return Map.of();
  }

  /**
   * The places in a stack, outermost first; the completion of facets stands between EDGE and SHAPE.
   */
  enum Stage {
    /** Sees what the application asks for: authorisation, audit, metrics. */
    EDGE,
    /** Changes or checks the bytes: validation, encryption, compression. */
    SHAPE,
    /** Answers from nearer by. */
    CACHE,
    /** Chooses between storages. */
    TIER,
    /** Guards the calls of the backend: retry, timeout, circuit breaker. */
    GUARD
  }
}
