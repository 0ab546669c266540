package io.undercroft.runtime.client;

import io.undercroft.spi.Codec;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.storage.StorageInfo;
import java.lang.reflect.Type;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One opened backend with its layers: what the handles on a storage work on.
 *
 * @param plugin the plugin's id and version as they are named in messages: {@code "redis 1.2.0"}
 * @param facets the composed facets
 * @param limits what the backend takes at most
 * @param clock tells whether a deadline has passed
 * @param codecs gives the codec of a value type, or throws a StorageException; quick when it is
 *     asked for the same type again
 * @param ping asks the engine for a sign of life, or throws a StorageException
 * @param info describes the storage; may ask the engine
 * @param closing gives everything back; called once, when no operation is under way any more or the
 *     wait for the last ones took too long
 */
public record Mount(
    String plugin,
    Facets facets,
    Limits limits,
    Clock clock,
    Function<Type, Codec<?>> codecs,
    Runnable ping,
    Supplier<StorageInfo> info,
    Runnable closing) {
  /** Checks that nothing is {@code null}. */
  public Mount {
    Objects.requireNonNull(plugin, "plugin");
    Objects.requireNonNull(facets, "facets");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(codecs, "codecs");
    Objects.requireNonNull(ping, "ping");
    Objects.requireNonNull(info, "info");
    Objects.requireNonNull(closing, "closing");
  }
}
