package io.undercroft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.testkit.fixture.PluginJar;
import java.io.File;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The code of {@code docs/guide.md} compiles, and does what the guide says; see also GuideIT. */
final class GuideTest {
  static final Path GUIDE = Path.of("../docs/guide.md");

  private static final String SOURCES = "src/main/java/";
  private static final String RESOURCES = "src/main/resources/";
  private static final int SECONDS = 60;

  @TempDir Path temporary;

  private static Fenced named(String file) throws Exception {
    return Fenced.in(GUIDE).stream()
        .filter(block -> block.file().equals(file))
        .findFirst()
        .orElseThrow();
  }

  /** Compiles sources of the guide together. */
  private PluginJar with(String... classes) throws Exception {
    PluginJar jar = PluginJar.library("app").classPath(Snippet.classPath());
    for (String each : classes) {
      jar.source("app." + each, named(SOURCES + "app/" + each + ".java").text());
    }
    for (String resource :
        List.of("META-INF/beans.xml", "META-INF/microprofile-config.properties")) {
      jar.file(resource, named(RESOURCES + resource).text());
    }
    return jar;
  }

  /** Returns what a process prints that runs a class of the jar. */
  private String run(PluginJar jar, String main, Map<String, String> environment) throws Exception {
    Path written = jar.write(temporary.resolve(main + ".jar"));
    Path out = temporary.resolve(main + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            written + File.pathSeparator + System.getProperty("java.class.path"),
            "app." + main);
    builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE"));
    builder.environment().putAll(environment);
    Process process =
        builder
            .redirectOutput(out.toFile())
            .redirectError(temporary.resolve(main + ".err").toFile())
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertThat(process.exitValue())
        .as("%s", Files.readString(temporary.resolve(main + ".err")))
        .isZero();
    return Files.readString(out);
  }

  @Test
  void theFirstApplicationPrintsWhatTheGuideSaysInMemoryAndInFiles() throws Exception {
    String said = Files.readString(GUIDE);
    String inMemory = run(with("Main"), "Main", Map.of());
    assertThat(inMemory).startsWith("memory: ");
    assertThat(said).contains("app.Main\n" + inMemory);

    Path rooms = temporary.resolve("data/rooms");
    String inFiles =
        run(
            with("Main"),
            "Main",
            Map.of("STORAGES_ROOMS_TYPE", "file", "STORAGES_ROOMS_PATH", rooms.toString()));
    assertThat(inFiles).startsWith("file: ");
    assertThat(said)
        .contains("app.Main\n" + inFiles)
        .contains(
            "cat data/rooms/movie-night.json\n"
                + Files.readString(rooms.resolve("movie-night.json")));
  }

  @Test
  void theBeanOfWeldPrintsWhatTheGuideSays() throws Exception {
    assertThat(Files.readString(GUIDE))
        .contains("app.Night\n" + run(with("Night"), "Night", Map.of()));
  }

  @Test
  void theTypedStorageTheObserverAndTheLayerWorkTogether() throws Exception {
    PluginJar jar =
        with("RoomStore", "Bell", "SlowLogAround")
            .source(
                "app.Try",
                """
                package app;
                import jakarta.enterprise.inject.se.*;
                import java.io.*;
                import java.util.List;
                @jakarta.enterprise.context.ApplicationScoped
                public class Try {
                  @jakarta.inject.Inject RoomStore typed;
                  RoomStore rooms() { return typed; }
                  public static void main(String[] arguments) {
                    PrintStream out = System.out;
                    ByteArrayOutputStream heard = new ByteArrayOutputStream();
                    System.setOut(new PrintStream(heard, true));
                    long end = System.nanoTime() + 30_000_000_000L;
                    try (SeContainer container = SeContainerInitializer.newInstance().initialize()) {
                      RoomStore rooms = container.select(Try.class).get().rooms();
                      rooms.set("movie-night", new RoomStore.Room("Night", List.of("Ann")));
                      while (!heard.toString().contains("changed") && System.nanoTime() < end) {
                        Thread.onSpinWait();
                      }
                      out.println(rooms.of("Ann") + " " + rooms.info().layers() + heard);
                    }
                  }
                }
                """);
    assertThat(run(jar, "Try", Map.of()))
        .contains("[Room[title=Night, members=[Ann]]] [slow-log")
        .contains("changed: movie-night");
  }

  @Test
  void whatIsForAServerCompiles() throws Exception {
    with("Rooms", "Api").write(temporary.resolve("server.jar"));
  }

  @Test
  void itsOtherJavaCompiles() throws Exception {
    Path store = with("RoomStore").write(temporary.resolve("store.jar"));
    List<String> blocks = Fenced.in(GUIDE, "java");
    assertThat(blocks).hasSizeGreaterThan(4);
    for (int i = 0; i < blocks.size(); i++) {
      Snippet.compile(
          "Guide" + i, blocks.get(i).replace("RoomStore", "app.RoomStore"), temporary, store);
    }
  }

  @Test
  void everyDependencyIsAModuleOfThisVersion() throws Exception {
    String version = parsed(Files.readString(Path.of("../pom.xml")), "version").get(0);
    List<String> modules;
    try (Stream<Path> folders = Files.list(Path.of(".."))) {
      modules =
          folders.map(folder -> "undercroft-" + folder.getFileName()).collect(Collectors.toList());
    }
    int seen = 0;
    for (Fenced block : Fenced.in(GUIDE)) {
      if (block.language().startsWith("xml") && block.text().contains("io.undercroft")) {
        for (Element each : elements(block.text(), "dependency")) {
          if (child(each, "groupId").equals("io.undercroft")) {
            assertThat(modules).contains(child(each, "artifactId"));
            assertThat(child(each, "version")).isEqualTo(version);
            seen++;
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(3);
  }

  @Test
  void itsTableOfTheLogSaysWhatTheCodeLogs() throws Exception {
    String sources;
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      sources =
          files
              .filter(file -> file.toString().matches(".*[/\\\\]src[/\\\\]main[/\\\\].*\\.java"))
              .map(GuideTest::read)
              .collect(Collectors.joining());
    }
    String plain = sources.replaceAll("\"\\s*\\+\\s*\"", "");
    List<String> rows =
        Files.readAllLines(GUIDE).stream()
            .filter(line -> line.matches("\\| `.*\\| (WARN|ERROR) .*"))
            .toList();
    assertThat(rows).hasSizeGreaterThan(5);
    for (String row : rows) {
      for (String words : row.split("\\|", -1)[1].split("`", -1)) {
        for (String part : words.split("…", -1)) {
          String text = part.replace("'", "").strip();
          if (text.length() > 8) {
            assertThat(plain.replace("'", "")).as(row).contains(text);
          }
        }
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> parsed(String xml, String element) throws Exception {
    return elements(xml, element).stream().map(Element::getTextContent).toList();
  }

  private static List<Element> elements(String xml, String name) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)));
    NodeList found = document.getElementsByTagName(name);
    return Stream.iterate(0, i -> i + 1)
        .limit(found.getLength())
        .map(i -> (Element) found.item(i))
        .toList();
  }

  private static String child(Element element, String name) {
    return element.getElementsByTagName(name).item(0).getTextContent();
  }
}
