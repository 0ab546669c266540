package io.undercroft.it;

import io.undercroft.it.durability.planted.PlantedPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The distribution as it was built, run as a user's process of its own. */
public final class Distribution {
  private static final int RUN_SECONDS = 120;

  private final Path home = Path.of("..", "distribution", "target", "undercroft").toAbsolutePath();

  public Distribution() {
    if (!Files.isDirectory(home.resolve("lib"))) {
      throw new IllegalStateException(
          "the distribution is not built: run mvn -pl distribution -am package first");
    }
  }

  /** Returns the command line of {@code shell} with these properties. */
  public List<String> shell(List<String> properties) {
    List<String> arguments = new ArrayList<>();
    properties.forEach(
        property -> {
          arguments.add("-D");
          arguments.add(property);
        });
    arguments.add("shell");
    return command(arguments);
  }

  /** Returns the command line of one command, without the launcher script in between. */
  public List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            home.resolve("lib") + "/*",
            "-Dundercroft.home=" + home,
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "io.undercroft.cli.Main"));
    command.addAll(arguments);
    return command;
  }

  /** Returns the folder in which it lies. */
  public Path home() {
    return home;
  }

  /** What a command that ended has said. */
  public record Ended(int status, String out, String err) {}

  /** Runs one command to its end. */
  public Ended run(Path folder, String... arguments) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command(List.of(arguments)));
    builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE"));
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(RUN_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end of " + List.of(arguments));
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Puts the planted plugin and those of the distribution into a folder of their own. */
  public Path pluginsWithPlanted(Path folder) throws IOException {
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
