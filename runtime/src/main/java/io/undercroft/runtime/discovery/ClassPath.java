package io.undercroft.runtime.discovery;

import io.undercroft.storage.PluginInfo;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** The class path as a place of services: each broken provider fails alone. */
final class ClassPath implements Services.Place {
  static final String ORIGIN = "class path";
  static final String UNKNOWN = "unknown";

  private final ClassLoader loader;
  private final List<PluginInfo> broken = new ArrayList<>();

  private ClassPath(ClassLoader loader) {
    this.loader = loader;
  }

  /** What was found, and what is broken. */
  record Result(Harvest harvest, List<PluginInfo> broken) {
    Result {
      broken = List.copyOf(broken);
    }
  }

  static Result harvest(ClassLoader loader) {
    ClassPath place = new ClassPath(loader);
    try {
      return new Result(Services.of(loader, place), place.broken);
    } catch (BrokenEntryException e) {
      throw new IllegalStateException("the class path takes note of every problem", e);
    }
  }

  @Override
  public List<Services.Named> named(Class<?> service) throws BrokenEntryException {
    List<Services.Named> named = new ArrayList<>();
    List<URL> files;
    try {
      files = Collections.list(loader.getResources(ServiceFile.path(service)));
    } catch (IOException e) {
      broken(
          service.getName(),
          new BrokenEntryException(
              "the class path cannot be searched for "
                  + ServiceFile.path(service)
                  + " ("
                  + Shown.of(e)
                  + "): mend it.",
              e));
      return named;
    }
    for (URL url : files) {
      String file = fileOf(url.toExternalForm(), service);
      try {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
          ServiceFile.names(in).forEach(name -> named.add(new Services.Named(name, blame(file))));
        }
      } catch (IOException e) {
        broken(
            service.getName(),
            new BrokenEntryException(
                file
                    + ": "
                    + ServiceFile.path(service)
                    + " cannot be read ("
                    + Shown.of(e)
                    + "): mend the file, or remove it from the class path.",
                e));
      }
    }
    return named;
  }

  /** The jar or folder that holds a service file, as a path where it has one. */
  private static String fileOf(String url, Class<?> service) {
    String holder = url;
    String inside = ServiceFile.path(service);
    if (holder.endsWith("!/" + inside)) {
      holder = holder.substring(0, holder.length() - inside.length() - 2);
    } else if (holder.endsWith("/" + inside)) {
      holder = holder.substring(0, holder.length() - inside.length() - 1);
    }
    if (holder.startsWith("jar:")) {
      holder = holder.substring("jar:".length());
    }
    String text = holder;
    return path(text).map(Path::toString).orElse(text);
  }

  private static Optional<Path> path(String url) {
    try {
      URI uri = new URI(url);
      return "file".equals(uri.getScheme()) ? Optional.of(Path.of(uri)) : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      return Optional.empty(); // a server's own kind of address: shown as it is
    }
  }

  private static Blame blame(String file) {
    return new Blame(file, "take it off the class path");
  }

  @Override
  public boolean isAlone() {
    return false;
  }

  @Override
  public Services.Source source(Class<?> type) throws BrokenEntryException {
    CodeSource code = type.getProtectionDomain().getCodeSource();
    URL location = code == null ? null : code.getLocation();
    Optional<Path> file = location == null ? Optional.empty() : path(location.toExternalForm());
    String name =
        file.map(Path::toString)
            .orElseGet(() -> location == null ? type.getName() : location.toExternalForm());
    Attributes attributes = file.map(ClassPath::attributes).orElseGet(Attributes::new);
    String spi = attributes.getValue(PluginManifest.SPI);
    if (spi != null) {
      Optional<SpiVersion> version = SpiVersion.parse(spi.strip());
      if (version.isPresent()) {
        PluginManifest.checkOffered(version.get(), "class " + type.getName(), blame(name));
      }
    }
    return new Services.Source(version(type, attributes), ORIGIN, blame(name));
  }

  /** Returns the version of the plugin of this class, as far as its jar or package tells. */
  static String versionOf(Class<?> type) {
    CodeSource code = type.getProtectionDomain().getCodeSource();
    URL location = code == null ? null : code.getLocation();
    Optional<Path> file = location == null ? Optional.empty() : path(location.toExternalForm());
    return version(type, file.map(ClassPath::attributes).orElseGet(Attributes::new));
  }

  private static String version(Class<?> type, Attributes attributes) {
    @Nullable String version = attributes.getValue(PluginManifest.VERSION);
    if (version == null) {
      version = type.getPackage() == null ? null : type.getPackage().getImplementationVersion();
    }
    return version == null || version.isBlank() ? UNKNOWN : Shown.of(version.strip());
  }

  private static Attributes attributes(Path file) {
    try {
      if (Files.isDirectory(file)) {
        Path manifest = file.resolve(JarFile.MANIFEST_NAME.replace("/", File.separator));
        if (!Files.isRegularFile(manifest)) {
          return new Attributes();
        }
        try (InputStream in = Files.newInputStream(manifest)) {
          return new Manifest(in).getMainAttributes();
        }
      }
      try (JarFile jar = new JarFile(file.toFile())) {
        Manifest manifest = jar.getManifest();
        return manifest == null ? new Attributes() : manifest.getMainAttributes();
      }
    } catch (IOException | UnsupportedOperationException e) {
      return new Attributes(); // the class is loaded from there already; only its version is
      // unknown
    }
  }

  @Override
  public void broken(String className, BrokenEntryException problem) {
    broken.add(
        new PluginInfo(className, UNKNOWN, ORIGIN, Optional.of(problem.problem()), List.of()));
  }
}
