package io.undercroft.plugin.file;

import io.undercroft.spi.Backend;
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
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One storage in a document. */
final class DocumentBackend implements Backend {
  private final Document document;
  private final DocumentStore store;
  private final Stamps stamps;
  private final DurableFiles files;
  private final Sweeper sweeper;
  private final ChangeFeed feed;
  private final Facets facets;
  private final Map<String, String> details;
  private final @Nullable DirectoryLock lock;

  private DocumentBackend(
      Document document,
      DocumentStore store,
      Stamps stamps,
      DurableFiles files,
      Sweeper sweeper,
      ChangeFeed feed,
      Facets facets,
      Map<String, String> details,
      @Nullable DirectoryLock lock) {
    this.document = document;
    this.store = store;
    this.stamps = stamps;
    this.files = files;
    this.sweeper = sweeper;
    this.feed = feed;
    this.facets = facets;
    this.details = details;
    this.lock = lock;
  }

  static Backend open(FileSettings settings, PluginContext context) {
    try {
      Path path = realPath(settings);
      Path own = path.resolveSibling("." + path.getFileName() + ".undercroft");
      Places.refuseLink(own);
      DurableFiles files =
          DurableFiles.in(
              DurableFiles.parent(path),
              settings.isDurable(),
              ThreadLocalRandom.current().nextLong());
      if (settings.isReadOnly()) {
        return open(path, own, files, settings, context, null);
      }
      files.createDirectories(own);
      DirectoryLock lock =
          DirectoryLock.take(
              own.resolve("lock"),
              "the document '" + path + "'",
              context.storage(),
              context.clock());
      try {
        return open(path, own, files, settings, context, lock);
      } catch (IOException | RuntimeException e) {
        lock.closeAfter(e);
        throw e;
      }
    } catch (IOException e) {
      throw IoFailures.opening(settings.path(), e);
    }
  }

  private static Path realPath(FileSettings settings) throws IOException {
    Path path = settings.path();
    if (Files.isDirectory(path)) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "path '"
              + path
              + "' is a directory; a path that ends in .json names one document: name the folder"
              + " otherwise, or move it away");
    }
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path folder = Places.folder(DurableFiles.parent(path), settings);
    return folder.resolve(String.valueOf(path.getFileName()));
  }

  private static DocumentBackend open(
      Path path,
      Path own,
      DurableFiles files,
      FileSettings settings,
      PluginContext context,
      @Nullable DirectoryLock lock)
      throws IOException {
    JsonProvider json = JsonProvider.provider();
    boolean alone = lock != null;
    boolean fine = !alone || Places.keepsMicroseconds(own, files);
    Stamps stamps = Stamps.open(own.resolve("clock"), files, context.clock());
    DocumentMeta meta = new DocumentMeta(own, files, json);
    Document document =
        new Document(
            path,
            settings,
            files,
            meta,
            new Reserve(own, files),
            stamps,
            context.clock(),
            json,
            fine);
    ChangeFeed feed =
        new ChangeFeed(
            context.executor(),
            context.clock(),
            () ->
                new DirectoryWatch(
                    List.of(DurableFiles.parent(path)),
                    settings.watchInterval(),
                    context,
                    new DocumentEyes(document)));
    document.setFeed(feed);
    DocumentState state = document.current();
    if (alone) {
      ValueFile file = state.file();
      meta.tidy(file == null ? Long.MIN_VALUE : file.modified());
      Places.removeDrafts(DurableFiles.parent(path));
      document.keepRoom();
    }
    DocumentStore store = new DocumentStore(document);
    Sweeper sweeper = new Sweeper(floor(store), context);
    if (alone) {
      document.setSweeper(sweeper);
      sweeper.wake();
    }
    Map<String, String> details = Places.details(settings, path, "document", files, fine);
    return new DocumentBackend(
        document,
        store,
        stamps,
        files,
        sweeper,
        feed,
        facets(
            settings,
            store,
            feed,
            new IndexFile(own, files, context.clock(), store::refuseIfClosed)),
        details,
        lock);
  }

  private static Sweeper.Floor floor(DocumentStore store) {
    return new Sweeper.Floor() {
      @Override
      public long dead() {
        return store.dead();
      }

      @Override
      public OptionalLong nextDeadline() {
        return store.nextDeadline();
      }

      @Override
      public void sweep() {
        store.sweep();
      }
    };
  }

  private static Facets facets(
      FileSettings settings, DocumentStore store, ChangeFeed feed, IndexFile indexes) {
    if (settings.isReadOnly()) {
      ReadOnlyKeyValue reading = new ReadOnlyKeyValue(store);
      return Facets.of(reading).with(Expiry.class, reading).with(Changes.class, feed);
    }
    Facets facets =
        Facets.of(store)
            .with(Batch.class, store)
            .with(Expiry.class, store)
            .with(SoleWriter.class, new SoleWriter() {})
            .with(Changes.class, feed)
            .with(IndexHome.class, indexes);
    return settings.atomic() ? facets.with(Commit.class, store) : facets;
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
  public void ping() {
    store.refuseIfClosed();
    document.current();
  }

  @Override
  public void close() {
    feed.close();
    sweeper.close();
    boolean first = store.close();
    if (first && lock != null) {
      stamps.close();
    }
    Places.release(files, lock);
  }
}
