package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Started and stopped again and again in one JVM, as an application is redeployed. */
class RestartTest {
  private static final String APPLICATION = "io.undercroft.runtime.cdi.redeployed.";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Knows the classes of the application itself, and takes the rest from its parent. */
  private static final class ApplicationLoader extends URLClassLoader {
    ApplicationLoader(Path archive) throws MalformedURLException {
      super(new URL[] {archive.toUri().toURL()}, RestartTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith(APPLICATION)) {
          return super.loadClass(name, resolve);
        }
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private static void writeConfig(Path folder) throws IOException {
    Path metaInf = Files.createDirectory(folder.resolve("META-INF"));
    Files.writeString(
        metaInf.resolve("microprofile-config.properties"),
        "storage.type=memory\nstorages.rooms.type=memory\n");
  }

  @Test
  void fiftyApplicationsOverSharedLibrariesLeaveNothingBehind(@TempDir Path folder)
      throws Exception {
    writeConfig(folder);
    runOnce(
        folder); // Weld keeps the stack of its first start, and what it deployed last, in static
    // fields
    Set<Thread> before = undercroftThreads();
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      loaders.add(runOnce(folder));
    }
    runOnce(folder);
    assertThat(HandOver.waiting()).isZero();
    assertThat(undercroftThreads()).isSubsetOf(before);
    awaitCollected(loaders);
  }

  private static WeakReference<ClassLoader> runOnce(Path folder) throws Exception {
    ApplicationLoader loader = new ApplicationLoader(folder);
    run(loader);
    ConfigProviderResolver.instance().releaseConfig(ConfigProvider.getConfig(loader));
    loader.close();
    return new WeakReference<>(loader);
  }

  @Test
  void anApplicationWithLibrariesOfItsOwnIsCollectedWithThem(@TempDir Path folder)
      throws Exception {
    writeConfig(folder);
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      loaders.add(runIsolated(folder));
    }
    awaitCollected(loaders);
  }

  private static WeakReference<ClassLoader> runIsolated(Path folder) throws Exception {
    List<URL> all = new ArrayList<>();
    all.add(folder.toUri().toURL());
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      all.add(Path.of(entry).toUri().toURL());
    }
    URLClassLoader loader =
        new URLClassLoader(all.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    run(loader);
    loader.close();
    return new WeakReference<>(loader);
  }

  private static void run(ClassLoader loader) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      ((Runnable) loader.loadClass(APPLICATION + "Start").getDeclaredConstructor().newInstance())
          .run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Set<Thread> undercroftThreads() {
    Set<Thread> ours = new HashSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.isAlive() && thread.getName().startsWith("undercroft-")) {
        ours.add(thread);
      }
    }
    return ours;
  }

  private static void awaitCollected(List<WeakReference<ClassLoader>> loaders)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (loaders.stream().anyMatch(loader -> loader.get() != null)) {
      assertThat(System.nanoTime())
          .as(
              "%s of %s loaders are still alive",
              loaders.stream().filter(loader -> loader.get() != null).count(), loaders.size())
          .isLessThan(deadline);
      System.gc();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
