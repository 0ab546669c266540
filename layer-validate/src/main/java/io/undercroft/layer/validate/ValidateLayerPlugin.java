package io.undercroft.layer.validate;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;

/**
 * The layer {@code validate}: a value that does not keep the constraints which its own class
 * declares by Jakarta Validation is INVALID_VALUE, before anything of it is encoded. Whatever way
 * the application writes is checked; who writes the same storage without a type, such as the
 * command line, has no class to ask.
 *
 * <p>The provider and the application's annotations have to be the same library, so the layer works
 * from the class path, not from a folder of plugins.
 */
public final class ValidateLayerPlugin implements LayerPlugin {
  /** Does no work, as {@link LayerPlugin} asks. */
  public ValidateLayerPlugin() {}

  @Override
  public String id() {
    return ValidateLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  /**
   * Asks for the container's factory of validators, so that constraints may have beans injected, or
   * else for one of the class path.
   *
   * @throws StorageException INVALID_CONFIG if there is no provider
   */
  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    try {
      return new ValidateLayer(Constraints.find());
    } catch (LinkageError e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the layer 'validate' needs Jakarta Validation, which is not there; add"
              + " org.hibernate.validator:hibernate-validator to the application's class path. In a"
              + " folder of plugins the layer does not see the application's own: put its jar on the"
              + " class path, too",
          e);
    }
  }
}
