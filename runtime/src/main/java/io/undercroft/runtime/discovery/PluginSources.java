package io.undercroft.runtime.discovery;

import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.StoragePlugin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where to look for plugins, and whom to trust.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class PluginSources {
  private final @Nullable Path folder;
  private final boolean folderMayBeMissing;
  private final PluginTrust trust;
  private final @Nullable ClassLoader classPath;
  private final List<StoragePlugin> builtIn;
  private final List<StoragePlugin> inCode;
  private final List<CodecProvider> codecsInCode;
  private final Path staging;
  private final FolderLimits limits;
  private final LoaderWatch watch;

  private PluginSources(Builder builder) {
    folder = builder.folder;
    folderMayBeMissing = builder.folderMayBeMissing;
    trust = builder.trust;
    classPath = builder.classPath;
    builtIn = List.copyOf(builder.builtIn);
    inCode = List.copyOf(builder.inCode);
    codecsInCode = List.copyOf(builder.codecsInCode);
    staging = builder.staging;
    limits = builder.limits;
    watch = builder.watch;
  }

  /** Returns a builder that looks nowhere yet and trusts every jar. */
  public static Builder builder() {
    return new Builder();
  }

  Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }

  boolean folderMayBeMissing() {
    return folderMayBeMissing;
  }

  PluginTrust trust() {
    return trust;
  }

  Optional<ClassLoader> classPath() {
    return Optional.ofNullable(classPath);
  }

  List<StoragePlugin> builtIn() {
    return builtIn;
  }

  List<StoragePlugin> inCode() {
    return inCode;
  }

  List<CodecProvider> codecsInCode() {
    return codecsInCode;
  }

  Path staging() {
    return staging;
  }

  FolderLimits limits() {
    return limits;
  }

  LoaderWatch watch() {
    return watch;
  }

  /**
   * Collects the places.
   *
   * <p><b>Threads:</b> for one thread.
   */
  public static final class Builder {
    private @Nullable Path folder;
    private boolean folderMayBeMissing;
    private PluginTrust trust = PluginTrust.open();
    private @Nullable ClassLoader classPath;
    private final List<StoragePlugin> builtIn = new ArrayList<>();
    private final List<StoragePlugin> inCode = new ArrayList<>();
    private final List<CodecProvider> codecsInCode = new ArrayList<>();
    private Path staging = Path.of(System.getProperty("java.io.tmpdir", "."));
    private FolderLimits limits = FolderLimits.DEFAULT;
    private LoaderWatch watch = LoaderWatch.shared();

    private Builder() {}

    /** Looks into this folder, which must exist: one that the user named. */
    public Builder folder(Path path) {
      folder = Objects.requireNonNull(path, "path");
      folderMayBeMissing = false;
      return this;
    }

    /** Looks into this folder if it exists: the default one. A reload looks again. */
    public Builder folderIfPresent(Path path) {
      folder = Objects.requireNonNull(path, "path");
      folderMayBeMissing = true;
      return this;
    }

    /** Trusts only these jars of the folder; the class path and code are always trusted. */
    public Builder trust(PluginTrust which) {
      trust = Objects.requireNonNull(which, "which");
      return this;
    }

    /** Asks this class loader for services; what it finds is not isolated. */
    public Builder classPath(ClassLoader loader) {
      classPath = Objects.requireNonNull(loader, "loader");
      return this;
    }

    /** Adds a plugin of the runtime itself. */
    public Builder builtIn(StoragePlugin plugin) {
      builtIn.add(Objects.requireNonNull(plugin, "plugin"));
      return this;
    }

    /** Adds a plugin that the user made in code. */
    public Builder inCode(StoragePlugin plugin) {
      inCode.add(Objects.requireNonNull(plugin, "plugin"));
      return this;
    }

    /** Adds codecs that the user made in code. */
    public Builder inCode(CodecProvider codec) {
      codecsInCode.add(Objects.requireNonNull(codec, "codec"));
      return this;
    }

    /**
     * Makes the private copies of jars in a new folder under this one; by default under {@code
     * java.io.tmpdir}.
     */
    public Builder staging(Path parent) {
      staging = Objects.requireNonNull(parent, "parent");
      return this;
    }

    /** Registers class loaders here; by default at {@link LoaderWatch#shared()}. */
    public Builder watch(LoaderWatch loaders) {
      watch = Objects.requireNonNull(loaders, "loaders");
      return this;
    }

    Builder limits(FolderLimits most) {
      limits = most;
      return this;
    }

    /** Returns the places. */
    public PluginSources build() {
      return new PluginSources(this);
    }
  }
}
