package io.undercroft.plugin.file;

import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Limits;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.SoleWriter;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One storage in a folder: opened here, with everything that a former process left undone. */
final class FolderBackend implements Backend {
  private static final String OWN = ".undercroft";

  /** Up to this many files are looked at when the folder is opened; others when they are met. */
  private static final int LOOKED_AT = 10_000;

  private final FileSettings settings;
  private final Folder folder;
  private final FolderCommit commits;
  private final Sweeper sweeper;
  private final ChangeFeed feed;
  private final Facets facets;
  private final Map<String, String> details;
  private final @Nullable DirectoryLock lock;

  private FolderBackend(
      FileSettings settings,
      Folder folder,
      FolderCommit commits,
      Sweeper sweeper,
      ChangeFeed feed,
      Facets facets,
      Map<String, String> details,
      @Nullable DirectoryLock lock) {
    this.settings = settings;
    this.folder = folder;
    this.commits = commits;
    this.sweeper = sweeper;
    this.feed = feed;
    this.facets = facets;
    this.details = details;
    this.lock = lock;
  }

  static FolderBackend open(FileSettings settings, PluginContext context) {
    try {
      return new Opening(settings, context).open();
    } catch (IOException e) {
      throw IoFailures.opening(settings.path(), e);
    }
  }

  @Override
  public Facets facets() {
    return facets;
  }

  @Override
  public Limits limits() {
    return Limits.DEFAULT;
  }

  @Override
  public Map<String, String> details() {
    return details;
  }

  @Override
  public Optional<BareDriver> bareDriver() {
    return lock == null
        ? Optional.empty()
        : Optional.of(
            BareFolder.open(
                folder.values().root().resolve(OWN),
                settings,
                folder.files(),
                folder::refuseIfClosed));
  }

  @Override
  public void ping() {
    folder.refuseIfClosed();
    commits.finishPending();
    folder.values().subfolders().refuseOtherRoot();
  }

  @Override
  public void close() {
    feed.close();
    sweeper.close();
    folder.close();
    Places.release(folder.files(), lock);
  }

  /** The steps of opening a folder. */
  private static final class Opening {
    private final FileSettings settings;
    private final PluginContext context;
    private final JsonProvider json = JsonProvider.provider();

    Opening(FileSettings settings, PluginContext context) {
      this.settings = settings;
      this.context = context;
    }

    FolderBackend open() throws IOException {
      if (Files.exists(settings.path()) && !Files.isDirectory(settings.path())) {
        throw StorageException.of(
            ErrorCode.INVALID_CONFIG,
            "path '"
                + settings.path()
                + "' is a file; name a folder, or a document with a name that ends in .json");
      }
      Path root = Places.folder(settings.path(), settings);
      Path own = root.resolve(OWN);
      Places.refuseLink(own);
      Places.refuseLink(own.resolve("meta"));
      DurableFiles files =
          DurableFiles.in(root, settings.isDurable(), ThreadLocalRandom.current().nextLong());
      if (settings.isReadOnly()) {
        return open(root, own, files, null);
      }
      files.createDirectories(own);
      DirectoryLock lock =
          DirectoryLock.take(
              own.resolve("lock"), "the folder '" + root + "'", context.storage(), context.clock());
      try {
        return open(root, own, files, lock);
      } catch (IOException | RuntimeException e) {
        lock.closeAfter(e);
        throw e;
      }
    }

    private FolderBackend open(
        Path root, Path own, DurableFiles files, @Nullable DirectoryLock lock) throws IOException {
      boolean alone = lock != null;
      boolean fine = !alone || Places.keepsMicroseconds(own, files);
      Subfolders subfolders = subfolders(root, own, alone);
      subfolders.all().forEach(files::keepOpen);
      Path clockFile = own.resolve("clock");
      Folder folder =
          new Folder(
              new FolderFiles(
                  subfolders,
                  new TextEncoding(settings.encoding()),
                  settings.pretty(),
                  Limits.DEFAULT.valueBytes()),
              new Sidecars(own.resolve("meta"), files, json, alone),
              files,
              Stamps.open(clockFile, files, context.clock()),
              context.clock(),
              fine,
              settings.atomic(),
              alone);
      IntentLog intents = new IntentLog(files, json, subfolders);
      FolderCommit commits = new FolderCommit(folder, intents);
      Sweeper sweeper = new Sweeper(new FolderFloor(folder, commits), context);
      ChangeFeed feed =
          new ChangeFeed(
              context.executor(),
              context.clock(),
              () ->
                  new DirectoryWatch(
                      subfolders.all(), settings.watchInterval(), context, new FolderEyes(folder)));
      folder.setFeed(feed);
      Strangers strangers = takeStock(folder, intents, alone);
      if (alone) {
        folder.setSweeper(sweeper);
        sweeper.wake();
      }
      Map<String, String> details = Places.details(settings, root, "folder", files, fine);
      if (!subfolders.areNone()) {
        details.put("subfolders", String.valueOf(subfolders.count()));
      }
      strangers.addTo(details);
      return new FolderBackend(
          settings,
          folder,
          commits,
          sweeper,
          feed,
          facets(
              folder,
              commits,
              feed,
              new IndexFile(own, files, context.clock(), folder::refuseIfClosed),
              alone),
          details,
          lock);
    }

    private Subfolders subfolders(Path root, Path own, boolean alone) throws IOException {
      SubfolderRecord record = new SubfolderRecord(root, own, context.clock());
      return alone ? record.settle(settings.subfolders()) : record.check(settings.subfolders());
    }

    /**
     * Counts the values, finishes decided commits and removes what a crash left over; returns the
     * files that are none of ours.
     */
    private Strangers takeStock(Folder folder, IntentLog intents, boolean alone)
        throws IOException {
      List<Path> left = new ArrayList<>();
      List<Path> undone = new ArrayList<>();
      Strangers strangers = list(folder, left, undone);
      if (alone && !undone.isEmpty()) {
        for (Path intent : undone) {
          intents.replay(intent);
        }
        folder.census().clear();
        left.clear();
        strangers = list(folder, left, new ArrayList<>());
      }
      if (alone) {
        for (Path path : left) {
          DurableFiles.remove(path);
        }
        Places.removeDrafts(folder.values().root().resolve(OWN));
      }
      List<String> orphans = new ArrayList<>();
      folder
          .sidecars()
          .visit(
              new Sidecars.Visitor() {
                @Override
                public void sidecar(String stem) {
                  long hash = Census.hash(stem);
                  if (folder.census().find(hash) == Census.ABSENT) {
                    orphans.add(stem);
                  } else {
                    folder.census().setSidecar(hash, true);
                  }
                }

                @Override
                public void mark(String stem) throws IOException {
                  folder.noteDeadline(stem);
                }
              },
              alone);
      if (alone) {
        folder.sidecars().remove(orphans);
      }
      return strangers;
    }

    private Strangers list(Folder folder, List<Path> left, List<Path> undone) throws IOException {
      Strangers strangers = new Strangers(folder.values().subfolders());
      try (FolderListing listing = FolderListing.openEverywhere(folder.values().subfolders())) {
        while (listing.nextName()) {
          String name = listing.name();
          if (listing.isValue()) {
            enter(folder, listing);
          } else if (DurableFiles.isTemporary(name)) {
            left.add(listing.path());
          } else if (IntentLog.isIntent(name)) {
            undone.add(listing.path());
          } else {
            strangers.meet(listing);
          }
        }
      }
      return strangers;
    }

    private static void enter(Folder folder, FolderListing listing) throws IOException {
      long hash = Census.hash(listing.stem());
      boolean look = folder.census().size() < LOOKED_AT;
      if (look && FolderFiles.look(listing.path(), listing.type()) == null) {
        return; // a link, a directory, a device
      }
      folder.values().uses(listing.type());
      if (!folder.census().add(hash, listing.type().number(), look)) {
        ValueFile newest = folder.values().newest(listing.stem(), -1);
        if (newest != null) {
          folder.census().add(hash, newest.type().number(), true);
        }
      }
    }

    private Facets facets(
        Folder folder, FolderCommit commits, ChangeFeed feed, IndexFile indexes, boolean alone) {
      FolderKeyValue single = new FolderKeyValue(folder, commits);
      if (!alone) {
        ReadOnlyKeyValue reading = new ReadOnlyKeyValue(single);
        return Facets.of(reading).with(Expiry.class, reading).with(Changes.class, feed);
      }
      Facets facets =
          Facets.of(single)
              .with(Batch.class, new FolderBatch(folder, single, commits))
              .with(Expiry.class, single)
              .with(SoleWriter.class, new SoleWriter() {})
              .with(Changes.class, feed)
              .with(IndexHome.class, indexes);
      return settings.atomic() ? facets.with(Commit.class, commits) : facets;
    }
  }
}
