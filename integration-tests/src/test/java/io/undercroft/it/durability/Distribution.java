package io.undercroft.it.durability;

import io.undercroft.it.durability.planted.PlantedPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The distribution as it was built, run as a user's process of its own. */
final class Distribution {
  private final Path home = Path.of("..", "distribution", "target", "undercroft").toAbsolutePath();

  Distribution() {
    if (!Files.isDirectory(home.resolve("lib"))) {
      throw new IllegalStateException(
          "the distribution is not built: run mvn -pl distribution -am package first");
    }
  }

  /** Returns the command line of {@code shell} with these properties, without the launcher script in between. */
  List<String> shell(List<String> prefix, List<String> properties) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            home.resolve("lib") + "/*",
            "-Dundercroft.home=" + home,
            "-Dundercroft.terminal.in=false",
            "-Dundercroft.terminal.out=false",
            "-Dundercroft.terminal.err=false",
            "io.undercroft.cli.Main"));
    properties.forEach(
        property -> {
          command.add("-D");
          command.add(property);
        });
    command.add("shell");
    return command;
  }

  /** Puts the planted plugin and those of the distribution into a folder of their own. */
  Path pluginsWithPlanted(Path folder) throws IOException {
    Path planted = Files.createDirectories(folder.resolve("planted"));
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Undercroft-Plugin-Id", "planted");
    main.putValue("Undercroft-Plugin-Version", "1");
    main.putValue("Undercroft-Spi", "1.0");
    String folderOfClasses = PlantedPlugin.class.getPackageName().replace('.', '/');
    Path classes;
    try {
      classes =
          Path.of(PlantedPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .resolve(folderOfClasses);
    } catch (java.net.URISyntaxException e) {
      throw new IOException(e);
    }
    try (OutputStream file = Files.newOutputStream(planted.resolve("planted.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest);
        Stream<Path> found = Files.list(classes)) {
      for (Path each : found.toList()) {
        jar.putNextEntry(new JarEntry(folderOfClasses + "/" + each.getFileName()));
        Files.copy(each, jar);
      }
      jar.putNextEntry(new JarEntry("META-INF/services/io.undercroft.spi.StoragePlugin"));
      jar.write(PlantedPlugin.class.getName().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return folder;
  }
}
