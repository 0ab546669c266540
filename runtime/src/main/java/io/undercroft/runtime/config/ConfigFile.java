package io.undercroft.runtime.config;

import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a configuration file, {@code .properties} or YAML, in UTF-8.
 *
 * <p>A problem names the file and the line and never quotes it: what the parsers say shows the
 * line, and a password may stand there.
 */
final class ConfigFile {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);
  private static final Pattern UNICODE = Pattern.compile("[0-9a-fA-F]{4}.*", Pattern.DOTALL);

  private ConfigFile() {}

  /** Why a file is of no use, in words that may be shown. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String words) {
      super(words);
    }
  }

  /** Reads a file that the user named. */
  static PropertySource read(Path file, int ordinal) throws Unreadable {
    String name = file.toString();
    String suffix = suffix(name);
    if (!List.of("properties", "yaml", "yml").contains(suffix)) {
      throw new Unreadable(name + ": must end in .properties, .yaml or .yml");
    }
    byte[] bytes;
    try {
      if (Files.isDirectory(file)) {
        throw new Unreadable(name + ": is a folder, not a configuration file");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new Unreadable(
          name + ": no such file (looked for " + file.toAbsolutePath().normalize() + ")");
    } catch (AccessDeniedException e) {
      throw new Unreadable(name + ": may not be read; check its permissions");
    } catch (IOException e) {
      throw new Unreadable(name + ": cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    return source(name, suffix, bytes, ordinal);
  }

  /** Reads a resource; the label is what messages call it. */
  static PropertySource read(URL resource, String label, int ordinal) throws Unreadable {
    byte[] bytes;
    try {
      URLConnection connection = resource.openConnection();
      connection.setUseCaches(false); // a cached jar stays open, and old, when it is replaced
      try (InputStream in = connection.getInputStream()) {
        bytes = in.readAllBytes();
      }
    } catch (IOException e) {
      throw new Unreadable(label + ": cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    return source(label, suffix(resource.getPath()), bytes, ordinal);
  }

  private static String suffix(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static PropertySource source(String name, String suffix, byte[] bytes, int ordinal)
      throws Unreadable {
    String text = decode(name, bytes);
    Map<String, String> properties =
        suffix.equals("properties") ? properties(name, text) : yaml(name, text);
    String own = properties.get(ConfigSource.CONFIG_ORDINAL);
    if (own == null) {
      return new PropertySource(name, ordinal, properties);
    }
    try {
      return new PropertySource(name, Integer.parseInt(own.strip()), properties);
    } catch (NumberFormatException e) {
      throw new Unreadable(
          name
              + ": "
              + ConfigSource.CONFIG_ORDINAL
              + " must be a whole number, not "
              + Mask.quoted(Mask.value(own)));
    }
  }

  private static String decode(String name, byte[] bytes) throws Unreadable {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new Unreadable(name + ": is not UTF-8; save it in that encoding");
    }
  }

  private static Map<String, String> properties(String name, String text) throws Unreadable {
    Properties loaded = new Properties();
    try {
      loaded.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      throw new Unreadable(
          name + line(brokenEscape(text)) + ": \\u must be followed by four hexadecimal digits");
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot fail to be read", e);
    }
    Map<String, String> properties = new HashMap<>();
    loaded.stringPropertyNames().forEach(key -> properties.put(key, loaded.getProperty(key)));
    return properties;
  }

  private static Optional<Integer> brokenEscape(String text) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).stripLeading();
      boolean comment = line.startsWith("#") || line.startsWith("!");
      for (Matcher escape = ESCAPE.matcher(line); !comment && escape.find(); ) {
        if (escape.group(1).equals("u")
            && !UNICODE.matcher(line.substring(escape.end())).matches()) {
          return Optional.of(i + 1);
        }
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> yaml(String name, String text) throws Unreadable {
    try {
      LoaderOptions options = new LoaderOptions();
      for (Node document :
          new Yaml(new SafeConstructor(options)).composeAll(new StringReader(text))) {
        checkDocument(name, document);
      }
      return new YamlConfigSource(name, text).getProperties();
    } catch (MarkedYAMLException e) {
      Optional<Mark> mark =
          Optional.ofNullable(e.getProblemMark()).or(() -> Optional.ofNullable(e.getContextMark()));
      throw new Unreadable(
          name + line(mark.map(at -> at.getLine() + 1)) + ": is not YAML" + why(e));
    } catch (YAMLException e) {
      throw new Unreadable(
          name
              + ": is not YAML, or is too large or too deep ("
              + e.getClass().getSimpleName()
              + ")");
    } catch (ClassCastException | StackOverflowError e) {
      throw new Unreadable(name + ": is YAML of a shape that is no configuration");
    }
  }

  /** The parser's own words may quote the file; only what is known not to is said, and our way. */
  private static String why(MarkedYAMLException e) {
    String problem = e.getProblem() == null ? "" : e.getProblem();
    if (problem.contains("TAB")) {
      return ": indent with blanks, not with a tab";
    }
    if (problem.startsWith("mapping values are not allowed")) {
      return ": a ':' stands where none may; put a value that holds ': ' in quotes";
    }
    if (problem.startsWith("could not find expected ':'")) {
      return ": a ':' with a blank after it is missing";
    }
    if (problem.contains("block end")) {
      return ": the indentation does not fit the lines above";
    }
    if (problem.contains("end of stream") || problem.contains("<stream end>")) {
      return ": a quote or a bracket is not closed";
    }
    return "";
  }

  private static String line(Optional<Integer> number) {
    return number.map(line -> ":" + line).orElse("");
  }

  private record Place(MappingNode node, boolean ours) {}

  /** Refuses what the loader would pass over in silence: no mapping, and a key that comes twice. */
  private static void checkDocument(String name, Node document) throws Unreadable {
    if (document.getTag().equals(Tag.NULL)) {
      return; // an empty document
    }
    if (!(document instanceof MappingNode top)) {
      throw new Unreadable(
          name
              + ":"
              + (document.getStartMark().getLine() + 1)
              + ": must be a mapping such as 'storage: {type: file}'");
    }
    Deque<Place> places = new ArrayDeque<>(List.of(new Place(top, false)));
    Set<Node> seen = new HashSet<>();
    while (!places.isEmpty()) {
      Place place = places.pop();
      if (!seen.add(place.node())) {
        continue;
      }
      Map<String, Integer> lines = new TreeMap<>();
      for (NodeTuple entry : place.node().getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
          continue;
        }
        int line = key.getStartMark().getLine() + 1;
        boolean ours = place.ours() || key.getValue().startsWith("storage");
        Integer first = lines.putIfAbsent(key.getValue(), line);
        if (first != null && ours && !key.getTag().equals(Tag.MERGE)) {
          throw new Unreadable(
              name
                  + ":"
                  + line
                  + ": "
                  + Mask.quoted(Mask.value(key.getValue()))
                  + " is here a second time (first in line "
                  + first
                  + "); the first one would be lost");
        }
        if (entry.getValueNode() instanceof MappingNode below) {
          places.push(new Place(below, ours));
        }
      }
    }
  }
}
