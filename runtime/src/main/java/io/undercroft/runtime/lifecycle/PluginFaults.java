package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.layers.LetsPass;
import io.undercroft.spi.Call;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;

/**
 * Stands next to the backend and turns what a plugin must not throw into a StorageException that
 * names the plugin. Above it, an unchecked exception is one that a layer throws on purpose.
 */
final class PluginFaults implements LetsPass {
  /** What it is called in a stack; it is part of the runtime, and no info lists it. */
  static final String NAME = "plugin-faults";

  private final String plugin;

  PluginFaults(String plugin) {
    this.plugin = plugin;
  }

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Stage stage() {
    return Stage.GUARD;
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    try {
      return next.proceed(call);
    } catch (StorageException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      ErrorCode code =
          call.kind().isWrite() ? ErrorCode.UNKNOWN_OUTCOME : ErrorCode.CONNECTION_LOST;
      throw StorageException.of(
              code,
              "plugin "
                  + plugin
                  + " failed in an unexpected way, with "
                  + e.getClass().getName()
                  + ", at "
                  + call
                  + "; this is a mistake in the plugin: report it there, with the cause of this"
                  + " exception",
              e)
          .in(call.storage());
    }
  }
}
