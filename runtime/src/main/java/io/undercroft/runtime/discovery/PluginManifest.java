package io.undercroft.runtime.discovery;

import static io.undercroft.storage.StorageException.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a plugin's jar says of itself before any of its classes is loaded. */
record PluginManifest(String id, String version, SpiVersion spi) {
  static final Attributes.Name ID = new Attributes.Name("Undercroft-Plugin-Id");
  static final Attributes.Name VERSION = new Attributes.Name("Undercroft-Plugin-Version");
  static final Attributes.Name SPI = new Attributes.Name("Undercroft-Spi");

  /** The rule for ids of plugins and kinds of layers. */
  static final Pattern VALID_ID = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  static final String ID_RULE = "1 to 32 of a-z, 0-9 and '-', starting with a letter";

  private static final Pattern VALID_VERSION = Pattern.compile("[\\p{Graph}]{1,64}");

  /** Whether this jar claims to be a plugin. */
  static boolean isClaimed(Attributes attributes) {
    return attributes.containsKey(ID);
  }

  /**
   * Reads and checks all three.
   *
   * @param file the jar, as the operator knows it
   */
  static PluginManifest of(Attributes attributes, String file) throws BrokenEntryException {
    List<String> missing = new ArrayList<>();
    String id = attribute(attributes, ID, missing);
    String version = attribute(attributes, VERSION, missing);
    String spiText = attribute(attributes, SPI, missing);
    if (!missing.isEmpty()) {
      throw new BrokenEntryException(
          file
              + ": its manifest lacks "
              + String.join(" and ", missing)
              + "; a plugin's manifest has Undercroft-Plugin-Id, Undercroft-Plugin-Version and"
              + " Undercroft-Spi: "
              + SpiVersion.OFFERED
              + ". "
              + Remedy.askTheAuthor(file));
    }
    if (!VALID_ID.matcher(id).matches()) {
      throw new BrokenEntryException(
          file
              + ": 'Undercroft-Plugin-Id: "
              + Remedy.shown(id)
              + "' in its manifest is no id; an id is "
              + ID_RULE
              + ". "
              + Remedy.askTheAuthor(file));
    }
    if (!VALID_VERSION.matcher(version).matches()) {
      throw new BrokenEntryException(
          file
              + ": 'Undercroft-Plugin-Version: "
              + Remedy.shown(version)
              + "' in its manifest is no version; a version is 1 to 64 visible ASCII characters. "
              + Remedy.askTheAuthor(file));
    }
    SpiVersion spi =
        SpiVersion.parse(spiText)
            .orElseThrow(
                () ->
                    new BrokenEntryException(
                        file
                            + ": 'Undercroft-Spi: "
                            + Remedy.shown(spiText)
                            + "' in its manifest is no version; it should read 'Undercroft-Spi: "
                            + SpiVersion.OFFERED
                            + "'. "
                            + Remedy.askTheAuthor(file)));
    checkOffered(spi, "plugin " + quote(id) + " " + version, file);
    return new PluginManifest(id, version, spi);
  }

  /** Refuses a version of the SPI that this runtime does not offer. */
  static void checkOffered(SpiVersion spi, String what, String file) throws BrokenEntryException {
    if (spi.isOffered()) {
      return;
    }
    String remedy =
        spi.isNewer()
            ? "Update Undercroft, or get a version of the plugin that was built for SPI "
                + SpiVersion.OFFERED
            : "Get a version of the plugin that was built for SPI " + SpiVersion.OFFERED;
    throw new BrokenEntryException(
        file
            + ": "
            + what
            + " was built for SPI "
            + spi
            + ", this runtime offers SPI "
            + SpiVersion.OFFERED
            + ". "
            + remedy
            + ", or remove "
            + file
            + ".");
  }

  private static String attribute(
      Attributes attributes, Attributes.Name name, List<String> missing) {
    @Nullable String value = attributes.getValue(name);
    if (value == null || value.isBlank()) {
      missing.add(name.toString());
      return "";
    }
    return value.strip();
  }
}
