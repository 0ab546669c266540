package io.undercroft.layer.validate;

import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import java.nio.file.Path;
import java.util.List;

/**
 * The layer {@code json-schema}: a write whose value does not keep a JSON Schema is INVALID_VALUE,
 * whoever writes, through whatever facet; a batch, a commit or a transaction's write is refused
 * whole. What is there already is not looked at.
 *
 * <p>Draft 4 to 2020-12, as {@code $schema} says, else 2020-12. Nothing is fetched: a {@code $ref}
 * leads into the same document. Values must be JSON; others are INVALID_VALUE. Facets of a plugin's
 * own, which may write past it, are taken away.
 */
public final class JsonSchemaLayerPlugin implements LayerPlugin {
  static final Option<Path> FILE =
      Option.path("file").doc("the schema, a file of JSON, read when the storage opens").required();

  /** Does no work, as {@link LayerPlugin} asks. */
  public JsonSchemaLayerPlugin() {}

  @Override
  public String id() {
    return JsonSchemaLayer.ID;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(FILE);
  }

  @Override
  public Wrapper open(Settings settings, PluginContext context) {
    return new JsonSchemaLayer(Schema.read(settings.get(FILE)));
  }
}
