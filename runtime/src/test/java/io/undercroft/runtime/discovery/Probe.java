package io.undercroft.runtime.discovery;

import io.undercroft.spi.StoragePlugin;
import io.undercroft.testkit.fixture.PluginJar;
import java.util.function.Function;

/**
 * A plugin that can be asked what its code sees. It answers through {@link Function}, which both
 * sides know from the JDK.
 */
final class Probe {
  private static final String SOURCE =
      """
      package probe;

      import io.undercroft.spi.Backend;
      import io.undercroft.spi.Option;
      import io.undercroft.spi.PluginContext;
      import io.undercroft.spi.Settings;
      import io.undercroft.spi.StoragePlugin;
      import java.io.InputStream;
      import java.net.URL;
      import java.nio.charset.StandardCharsets;
      import java.util.Collections;
      import java.util.List;
      import java.util.ServiceLoader;
      import java.util.function.Function;
      import java.util.stream.Collectors;

      public class Probe implements StoragePlugin, Function<String, String> {
        private static final ClassLoader AT_CONSTRUCTION;
        static {
          AT_CONSTRUCTION = Thread.currentThread().getContextClassLoader();
        }

        @Override public String id() { return "%1$s"; }
        @Override public List<Option<?>> options() { return List.of(); }
        @Override public Backend open(Settings settings, PluginContext context) {
          throw new UnsupportedOperationException();
        }

        @Override
        public String apply(String question) {
          String subject = question.substring(question.indexOf(' ') + 1);
          ClassLoader own = Probe.class.getClassLoader();
          try {
            switch (question.substring(0, question.indexOf(' '))) {
              case "class":
                Class<?> type = Class.forName(subject, false, own);
                ClassLoader loader = type.getClassLoader();
                return loader == null ? "boot" : loader == own ? "own" : String.valueOf(loader.getName());
              case "resources":
                return Collections.list(own.getResources(subject)).stream()
                    .map(URL::toString).collect(Collectors.joining("\\n"));
              case "resource":
                return String.valueOf(own.getResource(subject));
              case "read":
                try (InputStream in = own.getResource(subject).openStream()) {
                  return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
              case "stream":
                try (InputStream in = own.getResourceAsStream(subject)) {
                  return in == null ? "null" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
              case "services":
                return ServiceLoader.load(Class.forName(subject)).stream()
                    .map(provider -> provider.type().getName()).sorted().collect(Collectors.joining(","));
              case "call":
                return String.valueOf(Class.forName(subject).getMethod("call").invoke(null));
              case "context":
                return String.valueOf(AT_CONSTRUCTION == own && subject.equals("at construction"));
              case "package":
                Package in = Class.forName(subject).getPackage();
                return in.getImplementationTitle() + " " + in.getImplementationVersion() + " " + in.isSealed();
              case "source":
                return Class.forName(subject).getProtectionDomain().getCodeSource().getLocation().toString();
              default:
                throw new IllegalArgumentException(question);
            }
          } catch (ClassNotFoundException e) {
            return "not found";
          } catch (Exception e) {
            throw new IllegalStateException(question, e);
          }
        }
      }
      """;

  private Probe() {}

  static PluginJar jar(String id) {
    return PluginJar.plugin(id)
        .source("probe.Probe", SOURCE.replace("%1$s", id))
        .service(StoragePlugin.class, "probe.Probe");
  }

  /** Asks a found probe. */
  @SuppressWarnings("unchecked") // the source above says so
  static String ask(Provided<StoragePlugin> probe, String question) {
    Function<String, String> service = (Function<String, String>) probe.service();
    return probe.call(() -> service.apply(question));
  }
}
