package io.undercroft.runtime.discovery;

import io.undercroft.spi.StoragePlugin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * What a staged jar tells before any class of it is loaded.
 *
 * @param jar the jar
 * @param attributes the main attributes of its manifest; empty if it has none
 * @param namesPlugin whether it names a {@link StoragePlugin} as a service
 */
record JarFacts(StagedJar jar, Attributes attributes, boolean namesPlugin) {
  /** Far beyond any honest manifest; a larger one is not even unpacked. */
  private static final int MOST_MANIFEST_BYTES = 16 << 20;

  static final String PLUGIN_SERVICE = "META-INF/services/" + StoragePlugin.class.getName();

  static JarFacts of(StagedJar jar, FolderLimits limits) throws BrokenEntryException {
    try (ZipFile zip = new ZipFile(jar.file().toFile())) {
      if (zip.size() > limits.zipEntries()) {
        throw new BrokenEntryException(
            jar.source()
                + " holds "
                + zip.size()
                + " files; at most "
                + limits.zipEntries()
                + " are read: check that it is a plugin's jar, or remove it.");
      }
      @Nullable ZipEntry manifest = null;
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (HostPackages.isSpiClass(entry.getName())) {
          throw new BrokenEntryException(
              jar.source()
                  + " carries a copy of Undercroft's SPI ("
                  + entry.getName()
                  + "), which always comes from the host: if the jar is undercroft-spi itself,"
                  + " remove it from the plugin's folder; else ask the plugin's author for a build"
                  + " that has undercroft-spi in scope 'provided'.");
        }
        if (manifest == null && entry.getName().equalsIgnoreCase(JarFile.MANIFEST_NAME)) {
          manifest = entry;
        }
      }
      return new JarFacts(
          jar,
          manifest == null ? new Attributes() : attributes(zip, manifest, jar),
          zip.getEntry(PLUGIN_SERVICE) != null);
    } catch (IOException | IllegalArgumentException e) {
      throw new BrokenEntryException(
          jar.source()
              + " is not a readable jar ("
              + Shown.of(String.valueOf(e.getMessage()))
              + "): it may have been cut off while it was copied or downloaded; put a whole one into"
              + " its place, or remove it.",
          e);
    }
  }

  private static Attributes attributes(ZipFile zip, ZipEntry entry, StagedJar jar)
      throws IOException, BrokenEntryException {
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes(MOST_MANIFEST_BYTES + 1);
    }
    if (bytes.length > MOST_MANIFEST_BYTES || entry.getSize() > MOST_MANIFEST_BYTES) {
      throw new BrokenEntryException(
          jar.source()
              + ": its manifest is larger than "
              + MOST_MANIFEST_BYTES
              + " bytes: check that it is a plugin's jar, or remove it.");
    }
    return new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
  }
}
