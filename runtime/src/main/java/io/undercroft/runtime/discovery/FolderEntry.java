package io.undercroft.runtime.discovery;

import static io.undercroft.storage.StorageException.quote;

import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The way of one entry of a plugins folder: found, staged, checked, loaded. */
final class FolderEntry {
  private FolderEntry() {}

  /**
   * Its jars are copied; nothing else was looked at.
   *
   * @param entry what was found
   * @param folder where the copies are
   * @param jars the copies
   */
  record Staged(FolderScan.Entry entry, Path folder, List<StagedJar> jars) {
    Staged {
      jars = List.copyOf(jars);
    }
  }

  /**
   * Its manifest was read and its jars checked; no class is loaded.
   *
   * @param entry what was found
   * @param folder where the copies are
   * @param manifest what the plugin says of itself
   * @param main the jar with the manifest
   * @param jars all of its jars
   */
  record Checked(
      FolderScan.Entry entry,
      Path folder,
      PluginManifest manifest,
      StagedJar main,
      List<VerifiedJar> jars) {
    Checked {
      jars = List.copyOf(jars);
    }
  }

  /** What has become of it. */
  sealed interface Outcome {
    PluginInfo info();
  }

  /** It runs. */
  record Usable(PluginInfo info, Harvest harvest, PluginClassLoader loader) implements Outcome {}

  /** It does not. */
  record Broken(PluginInfo info) implements Outcome {}

  static Staged stage(FolderScan.Entry entry, Staging staging, FolderLimits limits)
      throws BrokenEntryException {
    if (entry.refusal().isPresent()) {
      throw new BrokenEntryException(entry.refusal().get());
    }
    Path folder = staging.newEntry();
    List<StagedJar> jars = new ArrayList<>();
    long left = limits.entryBytes();
    try {
      for (Path jar : entry.jars()) {
        boolean isLastOfMany = left < limits.jarBytes();
        StagedJar staged =
            staging.copy(
                jar,
                entry.relative(jar),
                folder,
                jars.size(),
                isLastOfMany ? left : limits.jarBytes(),
                isLastOfMany
                    ? "the jars of "
                        + entry.path()
                        + " have more than "
                        + limits.entryBytes()
                        + " bytes together: check that it is one plugin, or remove it."
                    : jar
                        + " has more than "
                        + limits.jarBytes()
                        + " bytes: check that it is a plugin's jar, or remove it.");
        jars.add(staged);
        left -= staged.bytes();
      }
    } catch (BrokenEntryException | StorageException e) {
      staging.remove(folder);
      throw e;
    }
    return new Staged(entry, folder, jars);
  }

  static Checked check(Staged staged, Map<StagedJar, List<CodeSigner>> signers, FolderLimits limits)
      throws BrokenEntryException {
    List<JarFacts> claiming = new ArrayList<>();
    List<JarFacts> naming = new ArrayList<>();
    for (StagedJar jar : staged.jars()) {
      JarFacts facts = JarFacts.of(jar, limits);
      if (PluginManifest.isClaimed(facts.attributes())) {
        claiming.add(facts);
      } else if (facts.namesPlugin()) {
        naming.add(facts);
      }
    }
    if (claiming.isEmpty()) {
      throw noPlugin(staged, naming);
    }
    StagedJar main = claiming.get(0).jar();
    if (claiming.size() > 1) {
      throw new BrokenEntryException(
          staged.entry().path()
              + " holds two plugins, "
              + main.source().getFileName()
              + " and "
              + claiming.get(1).jar().source().getFileName()
              + ": give each a folder of its own, or remove one of them.");
    }
    PluginManifest manifest =
        PluginManifest.of(claiming.get(0).attributes(), blame(staged.entry(), main));
    return new Checked(
        staged.entry(),
        staged.folder(),
        manifest,
        main,
        staged.jars().stream()
            .map(jar -> new VerifiedJar(jar, signers.getOrDefault(jar, List.of())))
            .toList());
  }

  private static Blame blame(FolderScan.Entry entry, StagedJar jar) {
    return new Blame(jar.source().toString(), "remove " + entry.path());
  }

  private static BrokenEntryException noPlugin(Staged staged, List<JarFacts> naming) {
    if (!naming.isEmpty()) {
      Path file = naming.get(0).jar().source();
      return new BrokenEntryException(
          file
              + " names a StoragePlugin, but its manifest lacks Undercroft-Plugin-Id; a plugin's"
              + " manifest has Undercroft-Plugin-Id, Undercroft-Plugin-Version and Undercroft-Spi: "
              + SpiVersion.OFFERED
              + ". "
              + blame(staged.entry(), naming.get(0).jar()).askTheAuthor());
    }
    FolderScan.Entry entry = staged.entry();
    if (entry.isFolder()) {
      return new BrokenEntryException(
          entry.path()
              + " holds no plugin: none of its jars ("
              + Shown.of(
                  String.join(
                      ", ",
                      staged.jars().stream()
                          .map(jar -> String.valueOf(jar.source().getFileName()))
                          .toList()))
              + ") has Undercroft-Plugin-Id in its manifest. Put the plugin's own jar beside its"
              + " libraries, or remove the folder.");
    }
    return new BrokenEntryException(
        entry.path()
            + " is not a plugin: its manifest has no Undercroft-Plugin-Id. If it is a library of a"
            + " plugin, put it beside the plugin's own jar in a folder plugins/<id>/; else remove"
            + " it.");
  }

  static Usable load(Checked checked, ClassLoader host, LoaderWatch watch)
      throws BrokenEntryException {
    PluginManifest manifest = checked.manifest();
    FolderScan.Entry entry = checked.entry();
    PluginClassLoader loader =
        PluginClassLoader.open(
            manifest.id(),
            "plugin " + quote(manifest.id()) + " " + manifest.version() + " of " + entry.path(),
            checked.jars(),
            host,
            watch);
    boolean usable = false;
    try {
      Harvest harvest = Services.of(loader, new Jars(checked));
      checkContent(harvest, checked);
      PluginInfo info =
          new PluginInfo(
              manifest.id(),
              manifest.version(),
              entry.path().toString(),
              Optional.empty(),
              harvest.documentation());
      usable = true;
      return new Usable(info, harvest, loader);
    } finally {
      if (!usable) {
        loader.close();
      }
    }
  }

  private static void checkContent(Harvest harvest, Checked checked) throws BrokenEntryException {
    Blame blame = blame(checked.entry(), checked.main());
    String file = blame.file();
    if (harvest.isEmpty()) {
      throw new BrokenEntryException(
          file
              + " offers nothing: no "
              + ServiceFile.path(StoragePlugin.class)
              + " names its StoragePlugin. "
              + blame.askTheAuthor());
    }
    if (harvest.plugins().size() > 1) {
      throw new BrokenEntryException(
          checked.entry().path()
              + " offers two storage plugins, "
              + className(harvest.plugins().get(0))
              + " and "
              + className(harvest.plugins().get(1))
              + "; an entry offers one. "
              + blame.askTheAuthor());
    }
    for (Provided<StoragePlugin> plugin : harvest.plugins()) {
      if (!plugin.id().equals(checked.manifest().id())) {
        throw new BrokenEntryException(
            file
                + ": id() of class "
                + className(plugin)
                + " is '"
                + plugin.id()
                + "', but its manifest says 'Undercroft-Plugin-Id: "
                + checked.manifest().id()
                + "'; they must be the same. "
                + blame.askTheAuthor());
      }
    }
    Set<String> layers = new HashSet<>();
    for (Provided<?> layer :
        Stream.concat(harvest.wrappers().stream(), harvest.layerPlugins().stream()).toList()) {
      checkOnce(layers.add(layer.id()), "layers", layer.id(), blame);
    }
    Set<String> codecs = new HashSet<>();
    for (Provided<?> codec : harvest.codecs()) {
      checkOnce(codecs.add(codec.id()), "codecs", codec.id(), blame);
    }
  }

  private static void checkOnce(boolean first, String kind, String id, Blame blame)
      throws BrokenEntryException {
    if (!first) {
      throw new BrokenEntryException(
          blame.file()
              + " offers two "
              + kind
              + " named '"
              + id
              + "'; their ids must differ. "
              + blame.askTheAuthor());
    }
  }

  private static String className(Provided<?> provided) {
    return provided.service().getClass().getName();
  }

  static Broken broken(FolderScan.Entry entry, @Nullable PluginManifest manifest, String problem) {
    return new Broken(
        new PluginInfo(
            manifest == null ? entry.promisedId() : manifest.id(),
            manifest == null ? ClassPath.UNKNOWN : manifest.version(),
            entry.path().toString(),
            Optional.of(problem),
            List.of()));
  }

  /** The jars of an entry as a place of services: whatever is broken breaks the entry. */
  private static final class Jars implements Services.Place {
    private final Checked checked;
    private final Map<Path, StagedJar> byCopy = new HashMap<>();

    Jars(Checked checked) {
      this.checked = checked;
      checked.jars().forEach(jar -> byCopy.put(jar.jar().file(), jar.jar()));
    }

    @Override
    public List<Services.Named> named(Class<?> service) throws BrokenEntryException {
      List<Services.Named> named = new ArrayList<>();
      for (VerifiedJar jar : checked.jars()) {
        Blame blame = blame(checked.entry(), jar.jar());
        try (ZipFile zip = new ZipFile(jar.jar().file().toFile())) {
          ZipEntry entry = zip.getEntry(ServiceFile.path(service));
          if (entry != null) {
            try (InputStream in = zip.getInputStream(entry)) {
              ServiceFile.names(in).forEach(name -> named.add(new Services.Named(name, blame)));
            }
          }
        } catch (IOException e) {
          throw new BrokenEntryException(
              blame.file()
                  + ": "
                  + ServiceFile.path(service)
                  + " cannot be read ("
                  + Shown.of(e)
                  + "). "
                  + blame.askTheAuthor(),
              e);
        }
      }
      return named;
    }

    @Override
    public boolean isAlone() {
      return !checked.entry().isFolder();
    }

    @Override
    public Services.Source source(Class<?> type) {
      return new Services.Source(
          checked.manifest().version(),
          checked.entry().path().toString(),
          blame(checked.entry(), checked.main()));
    }

    @Override
    public void broken(String className, BrokenEntryException problem) throws BrokenEntryException {
      throw problem;
    }
  }
}
