package io.undercroft.runtime.config;

import java.util.List;
import java.util.Map;

/** What an application in a server does that has a MicroProfile Config of its own. */
public final class WithoutSmallRye implements Runnable {
  @Override
  public void run() {
    Configuration configuration =
        Configuration.builder()
            .ambient(
                new PlainConfig(
                    List.of(
                        new PlainConfig.Source("Environment", 300, Map.of("STORAGE_PATH", "x")),
                        new PlainConfig.Source("any", 100, Map.of("storage.type", "file")))))
            .set("storage.pretty", "false")
            .build();
    configuration.bootstrap();
    StorageSpecs specs = configuration.check(Plugins.catalog().build());
    if (!specs.storages().keySet().equals(java.util.Set.of("default"))) {
      throw new AssertionError(specs.storages().keySet().toString());
    }
  }
}
