package io.undercroft.runtime.codec;

import jakarta.json.JsonBuilderFactory;
import jakarta.json.spi.JsonProvider;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The JSON Processing implementation beside the runtime. It is looked up by the runtime's own class
 * loader, so that nothing of an application or a plugin is held here.
 */
final class Json {
  static final JsonProvider PROVIDER =
      ServiceLoader.load(JsonProvider.class, Json.class.getClassLoader())
          .findFirst()
          .orElseGet(JsonProvider::provider);
  static final JsonBuilderFactory BUILDERS = PROVIDER.createBuilderFactory(Map.of());

  private Json() {}
}
