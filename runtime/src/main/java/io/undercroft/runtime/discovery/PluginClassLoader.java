package io.undercroft.runtime.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.security.CodeSigner;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class loader of one entry of a plugins folder. It sees, in this order: what {@link
 * HostPackages} lists, from the host and from nowhere else; the classes of the JDK; its own jars.
 * Nothing of the application, of its server or of the runtime.
 *
 * <p>Not a {@link java.net.URLClassLoader}, because that follows {@code Class-Path} in manifests to
 * jars that nobody checked, and keeps jars open in a cache of the whole process, so that Windows
 * could not delete them.
 *
 * <p><b>Threads:</b> safe for concurrent use, parallel capable. <b>After close</b> no further class
 * loads; what is loaded goes on working.
 */
final class PluginClassLoader extends ClassLoader implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginClassLoader.class);
  private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

  static {
    ClassLoader.registerAsParallelCapable();
  }

  private final ClassLoader host;
  private final List<Jar> jars;
  private final String description;
  private final LoaderWatch.Ticket ticket;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** One of its jars, open. */
  private static final class Jar {
    private final JarFile file;
    private final URL url;
    private final ProtectionDomain domain;
    private final @Nullable Manifest manifest;

    Jar(VerifiedJar verified, ClassLoader loader) throws IOException {
      StagedJar staged = verified.jar();
      file =
          new JarFile(staged.file().toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion());
      try {
        url = staged.file().toUri().toURL();
        domain =
            new ProtectionDomain(
                new CodeSource(url, verified.signers().toArray(CodeSigner[]::new)),
                null,
                loader,
                null);
        manifest = file.getManifest();
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    }
  }

  /** Opens the jars of an entry. */
  static PluginClassLoader open(
      String id, String description, List<VerifiedJar> staged, ClassLoader host, LoaderWatch watch)
      throws BrokenEntryException {
    PluginClassLoader loader = new PluginClassLoader(id, description, host, watch);
    for (VerifiedJar jar : staged) {
      try {
        loader.jars.add(new Jar(jar, loader));
      } catch (IOException | RuntimeException e) {
        loader.close();
        throw new BrokenEntryException(
            jar.jar().source()
                + " is not a readable jar ("
                + Shown.of(e)
                + "): put a whole one into its place, or remove it.",
            e);
      }
    }
    return loader;
  }

  private PluginClassLoader(String id, String description, ClassLoader host, LoaderWatch watch) {
    super("plugin-" + id, PLATFORM);
    this.host = host;
    this.description = description;
    // Filled before anybody else sees the loader, never changed after.
    this.jars = new ArrayList<>();
    this.ticket = watch.opened(this, description);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (HostPackages.ownClass(name)) {
      return host.loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        found = platformClass(name).orElse(null);
      }
      if (found == null) {
        found = findClass(name);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  /**
   * Asks the platform loader, but takes only what it or the boot loader defined: for a package of a
   * named module of the application, it would hand out the application's class.
   */
  private static Optional<Class<?>> platformClass(String name) {
    try {
      Class<?> found = PLATFORM.loadClass(name);
      ClassLoader definer = found.getClassLoader();
      return definer == null || definer.equals(PLATFORM) ? Optional.of(found) : Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.empty(); // then it is the plugin's own, or nobody's
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/') + ".class";
    try {
      for (Jar jar : jars) {
        JarEntry entry = jar.file.getJarEntry(path);
        if (entry != null) {
          return define(name, jar, entry);
        }
      }
    } catch (IOException e) {
      throw new ClassNotFoundException(name + " cannot be read from " + description, e);
    } catch (IllegalStateException e) {
      if (!closed.get()) {
        throw e;
      }
      throw new ClassNotFoundException(name + " is asked for after the close of " + description, e);
    }
    throw new ClassNotFoundException(name);
  }

  private Class<?> define(String name, Jar jar, JarEntry entry) throws IOException {
    byte[] bytes;
    try (InputStream in = jar.file.getInputStream(entry)) {
      bytes = in.readAllBytes();
    }
    int dot = name.lastIndexOf('.');
    if (dot > 0) {
      definePackage(name.substring(0, dot), jar);
    }
    return defineClass(name, bytes, 0, bytes.length, jar.domain);
  }

  private void definePackage(String name, Jar jar) {
    PackageFacts facts = PackageFacts.of(jar.manifest, name);
    Package present = getDefinedPackage(name);
    if (present == null) {
      try {
        definePackage(
            name,
            facts.get(Attributes.Name.SPECIFICATION_TITLE),
            facts.get(Attributes.Name.SPECIFICATION_VERSION),
            facts.get(Attributes.Name.SPECIFICATION_VENDOR),
            facts.get(Attributes.Name.IMPLEMENTATION_TITLE),
            facts.get(Attributes.Name.IMPLEMENTATION_VERSION),
            facts.get(Attributes.Name.IMPLEMENTATION_VENDOR),
            facts.isSealed() ? jar.url : null);
        return;
      } catch (IllegalArgumentException e) {
        present = getDefinedPackage(name);
        if (present == null) {
          throw e;
        }
        // Another thread defined it at the same moment; the check of seals below is what is left.
      }
    }
    boolean allowed = present.isSealed() ? present.isSealed(jar.url) : !facts.isSealed();
    if (!allowed) {
      throw new SecurityException(
          "package " + name + " is sealed, and two jars of " + description + " have classes of it");
    }
  }

  /** What a manifest says of one package: its own section first, the main one after. */
  private record PackageFacts(@Nullable Attributes own, @Nullable Attributes main) {
    static PackageFacts of(@Nullable Manifest manifest, String packageName) {
      return manifest == null
          ? new PackageFacts(null, null)
          : new PackageFacts(
              manifest.getAttributes(packageName.replace('.', '/') + "/"),
              manifest.getMainAttributes());
    }

    @Nullable String get(Attributes.Name name) {
      String value = own == null ? null : own.getValue(name);
      return value != null || main == null ? value : main.getValue(name);
    }

    boolean isSealed() {
      return "true".equalsIgnoreCase(get(Attributes.Name.SEALED));
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    if (HostPackages.ownResource(name)) {
      return host.getResource(name);
    }
    URL own = findResource(name);
    return own != null ? own : PLATFORM.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (HostPackages.ownResource(name)) {
      return host.getResources(name);
    }
    List<URL> all = ownResources(name);
    all.addAll(Collections.list(PLATFORM.getResources(name)));
    return Collections.enumeration(all);
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    if (HostPackages.ownResource(name)) {
      return host.getResourceAsStream(name);
    }
    try {
      for (Jar jar : jars) {
        JarEntry entry = jar.file.getJarEntry(name);
        if (entry != null) {
          return jar.file.getInputStream(entry);
        }
      }
    } catch (IOException e) {
      return null; // as the contract of this method wants it
    } catch (IllegalStateException e) {
      if (!closed.get()) {
        throw e;
      }
      return null;
    }
    return PLATFORM.getResourceAsStream(name);
  }

  @Override
  protected @Nullable URL findResource(String name) {
    List<URL> own = HostPackages.ownResource(name) ? List.of() : ownResources(name);
    return own.isEmpty() ? null : own.get(0);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    return Collections.enumeration(HostPackages.ownResource(name) ? List.of() : ownResources(name));
  }

  private List<URL> ownResources(String name) {
    List<URL> own = new ArrayList<>();
    try {
      for (Jar jar : jars) {
        JarEntry entry = jar.file.getJarEntry(name);
        if (entry != null) {
          urlOf(jar, entry).ifPresent(own::add);
        }
      }
    } catch (IllegalStateException e) {
      if (!closed.get()) {
        throw e;
      }
    }
    return own;
  }

  private static Optional<URL> urlOf(Jar jar, JarEntry entry) {
    try {
      String path = new URI(null, null, "/" + entry.getRealName(), null).getRawPath();
      return Optional.of(
          new URL("jar", null, -1, jar.url.toExternalForm() + "!" + path, new Uncached()));
    } catch (URISyntaxException | MalformedURLException e) {
      return Optional.empty(); // a name that no URL can express has none
    }
  }

  /**
   * The JDK's own handling of such URLs, without its cache: that would keep the jar open for as
   * long as the process lives.
   */
  private static final class Uncached extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      URLConnection connection = new URL(url.toExternalForm()).openConnection();
      connection.setUseCaches(false);
      return connection;
    }
  }

  /** Closes the jars. Idempotent. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    for (Jar jar : jars) {
      try {
        jar.file.close();
      } catch (IOException e) {
        LOG.warn("{} could not be closed", jar.url, e);
      }
    }
    ticket.closed();
  }

  /** Returns what it belongs to. */
  @Override
  public String toString() {
    return "class loader of " + description;
  }
}
