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
   * @param blame the jar
   */
  static PluginManifest of(Attributes attributes, Blame blame) throws BrokenEntryException {
    List<String> missing = new ArrayList<>();
    String id = attribute(attributes, ID, missing);
    String version = attribute(attributes, VERSION, missing);
    String spiText = attribute(attributes, SPI, missing);
    if (!missing.isEmpty()) {
      throw new BrokenEntryException(
          blame.file()
              + ": its manifest lacks "
              + String.join(" and ", missing)
              + "; a plugin's manifest has Undercroft-Plugin-Id, Undercroft-Plugin-Version and"
              + " Undercroft-Spi: "
              + SpiVersion.OFFERED
              + ". "
              + blame.askTheAuthor());
    }
    if (!VALID_ID.matcher(id).matches()) {
      throw new BrokenEntryException(
          blame.file()
              + ": 'Undercroft-Plugin-Id: "
              + Shown.of(id)
              + "' in its manifest is no id; an id is "
              + ID_RULE
              + ". "
              + blame.askTheAuthor());
    }
    if (!VALID_VERSION.matcher(version).matches()) {
      throw new BrokenEntryException(
          blame.file()
              + ": 'Undercroft-Plugin-Version: "
              + Shown.of(version)
              + "' in its manifest is no version; a version is 1 to 64 visible ASCII characters. "
              + blame.askTheAuthor());
    }
    SpiVersion spi =
        SpiVersion.parse(spiText)
            .orElseThrow(
                () ->
                    new BrokenEntryException(
                        blame.file()
                            + ": 'Undercroft-Spi: "
                            + Shown.of(spiText)
                            + "' in its manifest is no version; it should read 'Undercroft-Spi: "
                            + SpiVersion.OFFERED
                            + "'. "
                            + blame.askTheAuthor()));
    checkOffered(spi, "plugin " + quote(id) + " " + version, blame);
    return new PluginManifest(id, version, spi);
  }

  /** Refuses a version of the SPI that this runtime does not offer. */
  static void checkOffered(SpiVersion spi, String what, Blame blame) throws BrokenEntryException {
    if (spi.isOffered()) {
      return;
    }
    String remedy =
        spi.isNewer()
            ? "Update Undercroft, or get a version of the plugin that was built for SPI "
                + SpiVersion.OFFERED
            : "Get a version of the plugin that was built for SPI " + SpiVersion.OFFERED;
    throw new BrokenEntryException(
        blame.file()
            + ": "
            + what
            + " was built for SPI "
            + spi
            + ", this runtime offers SPI "
            + SpiVersion.OFFERED
            + ". "
            + remedy
            + ", or "
            + blame.removal()
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
