package io.undercroft.it.servers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.Asset;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The archive that the build has packed, the same file for every server. */
final class Archives {
  private static final String PROPERTIES = "META-INF/microprofile-config.properties";
  private static final String CONFIG = "WEB-INF/classes/" + PROPERTIES;
  private static final String BEANS = "WEB-INF/beans.xml";

  /** What the packed archive brings for its databases only. */
  private static final Set<String> DATABASES =
      Set.of("HikariCP", "h2", "mariadb", "postgresql", "sqlite", "undercroft-plugin-jdbc");

  /** The plugin for files, and what it brings. */
  private static final Set<String> FILES =
      Set.of("undercroft-plugin-file", "parsson", "jakarta.json-api");

  private Archives() {}

  static WebArchive rooms() {
    return ShrinkWrap.createFromZipFile(WebArchive.class, new File("target/rooms.war"));
  }

  /** Returns the example's archive as it is. */
  static WebArchive night() {
    return ShrinkWrap.createFromZipFile(WebArchive.class, new File("target/movie-night.war"));
  }

  /** Returns the example's archive under another name, with another configuration. */
  static WebArchive night(String name, String config) {
    WebArchive archive = ShrinkWrap.create(WebArchive.class, name).merge(night());
    archive.delete(CONFIG);
    return archive.addAsWebResource(new StringAsset(config), CONFIG);
  }

  /** Returns it under another name, with another configuration, and with beans of a test. */
  static WebArchive rooms(String name, String config, Class<?>... beans) {
    WebArchive archive = ShrinkWrap.create(WebArchive.class, name).merge(rooms());
    archive.delete(CONFIG);
    return archive.addClasses(beans).addAsWebResource(new StringAsset(config), CONFIG);
  }

  /** Returns an archive of rooms without databases, with beans of a test. */
  static WebArchive small(String name, String config, Class<?>... beans) {
    WebArchive archive = skinny(name).addClasses(beans).addClass(Room.class);
    libraries().forEach((library, asset) -> archive.addAsLibrary(asset, library));
    return archive.addAsWebResource(new StringAsset(config), CONFIG);
  }

  /**
   * Returns an archive of rooms that has no plugin for files: that is unpacked into a folder of its
   * own below the one given, as its zip would be.
   */
  static WebArchive withoutFiles(String name, String config, Path plugins) throws IOException {
    WebArchive archive = skinny(name).addClass(Room.class);
    Path folder = Files.createDirectories(plugins.resolve("file"));
    for (Map.Entry<String, Asset> library : libraries().entrySet()) {
      if (FILES.stream().noneMatch(library.getKey()::startsWith)) {
        archive.addAsLibrary(library.getValue(), library.getKey());
      } else {
        try (InputStream jar = library.getValue().openStream()) {
          Files.copy(jar, folder.resolve(library.getKey()));
        }
      }
    }
    return archive.addAsWebResource(new StringAsset(config), CONFIG);
  }

  /** Returns an archive of rooms that leaves it to the one around it what a room is. */
  static WebArchive skinny(String name) {
    return ShrinkWrap.create(WebArchive.class, name)
        .addClasses(Api.class, RoomsResource.class, CurrentResource.class, Listener.class)
        .addAsWebInfResource(rooms().get(BEANS).getAsset(), "beans.xml");
  }

  /** Returns an archive of archives; each is at the path of its name. */
  static EnterpriseArchive ear(String name, WebArchive... modules) {
    String application =
        Stream.of(modules)
            .map(WebArchive::getName)
            .map(
                module ->
                    """
                      <module>
                        <web>
                          <web-uri>%s</web-uri>
                          <context-root>/%s</context-root>
                        </web>
                      </module>
                    """
                        .formatted(module, module.replace(".war", "")))
            .collect(
                Collectors.joining(
                    "",
                    "<application xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"10\">\n",
                    "  <library-directory>lib</library-directory>\n</application>\n"));
    return ShrinkWrap.create(EnterpriseArchive.class, name)
        .addAsModules(modules)
        .setApplicationXML(new StringAsset(application));
  }

  /** Returns an archive of archives that share Undercroft, its configuration and their types. */
  static EnterpriseArchive sharing(String name, String config, WebArchive... modules) {
    EnterpriseArchive archive = ear(name, modules);
    libraries().forEach((library, asset) -> archive.addAsLibrary(asset, library));
    return archive.addAsLibrary(
        ShrinkWrap.create(JavaArchive.class, "shared.jar")
            .addClass(Room.class)
            .addAsManifestResource(EmptyAsset.INSTANCE, "beans.xml")
            .addAsResource(new StringAsset(config), PROPERTIES));
  }

  /** Returns the libraries of the packed archive, but for those of its databases. */
  private static Map<String, Asset> libraries() {
    Map<String, Asset> libraries = new TreeMap<>();
    rooms()
        .getContent(Filters.include("/WEB-INF/lib/.*jar"))
        .forEach(
            (path, node) -> {
              String name = path.get().substring("/WEB-INF/lib/".length());
              if (DATABASES.stream().noneMatch(name::startsWith)) {
                libraries.put(name, node.getAsset());
              }
            });
    return libraries;
  }
}
