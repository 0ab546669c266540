package io.undercroft.runtime.cdi;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An application in Weld SE: the beans that a test names, and a class loader of its own with its
 * own {@code META-INF}, as a deployed archive has. Everything ends with the test.
 */
final class Application implements BeforeEachCallback, AfterEachCallback {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private SeContainerInitializer initializer = SeContainerInitializer.newInstance();
  private Path metaInf = Path.of("unused");
  private ClassLoader loader = Application.class.getClassLoader();

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    Path archive = Files.createTempDirectory("undercroft-application");
    open.push(() -> delete(archive));
    metaInf = Files.createDirectory(archive.resolve("META-INF"));
    URLClassLoader own =
        new URLClassLoader(new URL[] {archive.toUri().toURL()}, Application.class.getClassLoader());
    loader = own;
    open.push(own);
    open.push(() -> ConfigProviderResolver.instance().releaseConfig(ConfigProvider.getConfig(own)));
    initializer = SeContainerInitializer.newInstance().setClassLoader(own);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  Application beans(Class<?>... classes) {
    initializer.addBeanClasses(classes);
    return this;
  }

  /** Adds lines to {@code microprofile-config.properties}. */
  Application config(String... lines) {
    return append("microprofile-config.properties", List.of(lines));
  }

  /** Offers a service as a jar of the application would. */
  Application service(Class<?> service, Class<?> provider) {
    return append("services/" + service.getName(), List.of(provider.getName()));
  }

  private Application append(String name, List<String> lines) {
    Path file = metaInf.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.write(
          file,
          lines,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deploys and starts. */
  SeContainer start() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      SeContainer container = initializer.initialize();
      open.push(
          () -> {
            if (container.isRunning()) {
              container.close();
            }
          });
      return container;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Deploys, starts and returns a bean. */
  <B> B start(Class<B> bean) {
    beans(bean);
    return start().select(bean).get();
  }

  /** Deploys what cannot be deployed, and returns what the user reads then. */
  String refusal() {
    try {
      start();
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("it was deployed");
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
