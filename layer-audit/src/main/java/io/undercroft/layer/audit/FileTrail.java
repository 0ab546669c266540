package io.undercroft.layer.audit;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trail in a file that is only ever appended to.
 *
 * <p>A record is in the hands of the operating system before {@link #append} returns: it outlives
 * the process. One thread of its own asks the disk for everything that was written meanwhile, so
 * that who waits in {@link #await} shares that with all others, and an operation goes on while its
 * record is on its way.
 */
final class FileTrail implements Trail {
  private static final Logger LOG = LoggerFactory.getLogger(FileTrail.class);
  private static final long PATIENCE_SECONDS = 10;

  private final AuditSettings settings;
  private final Segments segments;
  private final Optional<Anchor> anchor;
  private final Scribe scribe;
  private final String user = Objects.requireNonNullElse(System.getProperty("user.name"), "?");
  private final FileChannel lockFile;
  private final @Nullable Thread syncer;

  /** Held while a record is written. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Held while the disk is asked, so that the file is not put aside meanwhile. */
  private final ReentrantLock syncing = new ReentrantLock();

  /** Held for a moment, about what follows. */
  private final ReentrantLock state = new ReentrantLock();

  private final Condition asked = state.newCondition();
  private final Condition answered = state.newCondition();
  private long wanted;
  private long forced;
  private boolean ending;
  private @Nullable StorageException failure;

  private RandomAccessFile file;
  private long length;
  private volatile Head head;
  private long anchoredAt;
  private long lastAnchored;
  private boolean closed;

  private FileTrail(
      AuditSettings settings,
      PluginContext context,
      Segments segments,
      FileChannel lockFile,
      RandomAccessFile file,
      Head head)
      throws IOException {
    this.settings = settings;
    this.segments = segments;
    this.anchor = settings.anchor().map(Anchor::new);
    this.scribe = new Scribe(context.storage(), context.clock());
    this.lockFile = lockFile;
    this.file = file;
    this.length = file.length();
    this.head = head;
    this.forced = head.sequence();
    boolean nothingToSync = settings.fsync() == AuditSettings.Fsync.NONE && anchor.isEmpty();
    this.syncer = nothingToSync ? null : context.threads().newThread(this::sync);
  }

  /**
   * Opens a trail and goes on where it ended; a record that a crash cut off is dropped, and that is
   * recorded.
   *
   * @throws StorageException CONNECTION_FAILED if it cannot be opened, INVALID_CONFIG if somebody
   *     else writes it, CONSISTENCY_VIOLATION if its end was tampered with
   */
  static FileTrail open(AuditSettings settings, PluginContext context) {
    Segments segments = new Segments(settings.requiredPath());
    Path path = segments.current();
    FileChannel lock = null;
    RandomAccessFile file = null;
    try {
      Files.createDirectories(segments.folder());
      lock = lock(path);
      create(path);
      Tail tail = Tail.of(path);
      Head head = head(segments, tail);
      requireAnchored(settings, segments, head);
      file = new RandomAccessFile(path.toFile(), "rw");
      file.setLength(file.length() - tail.torn());
      file.seek(file.length());
      FileTrail trail = new FileTrail(settings, context, segments, lock, file, head);
      trail.begin(tail.torn());
      return trail;
    } catch (IOException e) {
      throw closing(TrailFailures.opening(path, e), file, lock);
    } catch (StorageException e) {
      throw closing(e, file, lock);
    }
  }

  private static StorageException closing(
      StorageException failure, @Nullable RandomAccessFile file, @Nullable FileChannel lock) {
    try {
      if (file != null) {
        file.close();
      }
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private static FileChannel lock(Path path) throws IOException {
    Path place = path.resolveSibling(path.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null; // another storage of this process
    }
    if (lock == null) {
      channel.close();
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the audit trail '"
              + path
              + "' is being written by another storage or process; give each its own audit.path");
    }
    return channel;
  }

  /** Only its owner may read it, where the file system knows owners. */
  private static void create(Path path) throws IOException {
    if (Files.exists(path)) {
      return;
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(path);
    }
    forceFolder(path);
  }

  private static void forceFolder(Path path) throws IOException {
    Path folder = Objects.requireNonNull(path.getParent(), "a file lies in a folder");
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.debug("folder '{}' cannot be forced", folder, e); // some systems cannot
    }
  }

  private static Head head(Segments segments, Tail tail) throws IOException {
    if (tail.last().isPresent()) {
      return head(segments.current(), tail, segments.aside());
    }
    List<Path> aside = segments.aside();
    if (aside.isEmpty()) {
      return Head.NONE;
    }
    Path newest = aside.get(aside.size() - 1);
    return head(newest, Tail.of(newest), aside.subList(0, aside.size() - 1));
  }

  private static Head head(Path file, Tail tail, List<Path> older) throws IOException {
    Line last = line(file, tail.last());
    Head before = Head.NONE;
    if (tail.before().isPresent()) {
      before = line(file, tail.before()).head();
    } else if (!older.isEmpty()) {
      Path previous = older.get(older.size() - 1);
      before = line(previous, Tail.of(previous).last()).head();
    }
    if (last.record().sequence() != before.sequence() + 1
        || !last.follows(before, Scribe.sha256())) {
      throw TrailFailures.damaged(file + ", last line", "it does not follow on the one before");
    }
    return last.head();
  }

  private static Line line(Path file, Optional<byte[]> bytes) {
    return bytes
        .flatMap(Line::of)
        .orElseThrow(
            () -> TrailFailures.damaged(file + ", at its end", "it is not a record of a trail"));
  }

  /** A trail that does not fit its anchor is not gone on with: the anchor would be lost. */
  private static void requireAnchored(AuditSettings settings, Segments segments, Head head)
      throws IOException {
    Optional<Anchor> anchor = settings.anchor().map(Anchor::new);
    if (anchor.isEmpty()) {
      return;
    }
    Optional<Anchor.Mark> mark = anchor.get().read();
    if (mark.isEmpty() || mark.get().isBeginning() || mark.get().head().equals(head)) {
      return;
    }
    AnchoredEnd.require(segments, mark.get(), anchor.get().file().toString());
  }

  private void begin(long torn) throws IOException {
    if (anchor.isPresent()) {
      writeAnchor(head, false);
    }
    Thread started = syncer;
    if (started != null) {
      started.start();
    }
    if (torn > 0) {
      append(
          Draft.ofTrail(
              "recovered", user, torn + " bytes of a record that was cut off were dropped"));
    }
    await(append(Draft.ofTrail("opened", user, "")));
  }

  @Override
  public long append(Draft draft) {
    writing.lock();
    try {
      requireUsable();
      if (length >= settings.maxSize()) {
        rotate();
      }
      return write(draft);
    } finally {
      writing.unlock();
    }
  }

  private long write(Draft draft) {
    Scribe.Sealed sealed = scribe.next(head, draft);
    try {
      file.write(sealed.line());
    } catch (IOException e) {
      throw undone(e);
    }
    length += sealed.line().length;
    head = sealed.head();
    return head.sequence();
  }

  /** Takes the part of a record away that was written before the disk said no. */
  private StorageException undone(IOException cause) {
    StorageException told = TrailFailures.writing(segments.current(), cause);
    try {
      file.setLength(length);
      file.seek(length);
    } catch (IOException e) {
      told.addSuppressed(e);
      fail(told);
    }
    return told;
  }

  private void requireUsable() {
    state.lock();
    try {
      if (failure != null) {
        throw StorageException.of(failure.code(), failure.reason(), failure);
      }
    } finally {
      state.unlock();
    }
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the audit trail was closed");
    }
  }

  /** Puts the file aside; the chain goes on in a new one. */
  private void rotate() {
    syncing.lock();
    try {
      Path aside = segments.next();
      file.getChannel().force(false);
      Files.move(segments.current(), aside, StandardCopyOption.ATOMIC_MOVE);
      create(segments.current());
      RandomAccessFile fresh = new RandomAccessFile(segments.current().toFile(), "rw");
      RandomAccessFile old = file;
      file = fresh;
      length = 0;
      old.close();
      write(Draft.ofTrail("continued", user, String.valueOf(aside.getFileName())));
    } catch (IOException e) {
      StorageException told = TrailFailures.writing(segments.current(), e);
      fail(told);
      throw told;
    } finally {
      syncing.unlock();
    }
  }

  @Override
  public void await(long sequence) {
    if (settings.fsync() != AuditSettings.Fsync.EVERY) {
      return;
    }
    state.lock();
    try {
      if (wanted < sequence) {
        wanted = sequence;
        asked.signal();
      }
      while (forced < sequence) {
        if (failure != null) {
          throw StorageException.of(failure.code(), failure.reason(), failure);
        }
        answered.awaitUninterruptibly();
      }
    } finally {
      state.unlock();
    }
  }

  @Override
  public void want(long sequence) {
    if (settings.fsync() == AuditSettings.Fsync.EVERY) {
      state.lock();
      try {
        if (wanted < sequence) {
          wanted = sequence;
          asked.signal();
        }
      } finally {
        state.unlock();
      }
    }
  }

  /** What the thread of its own does until the end. */
  private void sync() {
    while (awaitWork()) {
      force();
    }
  }

  /** Returns whether there is something to do; {@code false} at the end. */
  private boolean awaitWork() {
    Duration pause =
        settings.fsync() == AuditSettings.Fsync.INTERVAL
            ? settings.fsyncInterval()
            : settings.anchorInterval();
    state.lock();
    try {
      while (!ending) {
        if (failure == null && wanted > forced) {
          return true;
        }
        boolean timed = settings.fsync() == AuditSettings.Fsync.INTERVAL || anchor.isPresent();
        if (!timed) {
          asked.awaitUninterruptibly();
        } else if (asked.awaitNanos(pause.toNanos()) <= 0
            && failure == null
            && (head.sequence() > forced || isAnchorOld())) {
          return true;
        }
      }
      return false;
    } catch (InterruptedException e) {
      LOG.debug("the thread of the audit trail was interrupted and goes on", e);
      return true;
    } finally {
      state.unlock();
    }
  }

  private boolean isAnchorOld() {
    return anchor.isPresent() && head.sequence() > anchoredAt;
  }

  private void force() {
    syncing.lock();
    try {
      Head reached = head;
      if (settings.fsync() != AuditSettings.Fsync.NONE) {
        file.getChannel().force(false);
      }
      state.lock();
      try {
        forced = Math.max(forced, reached.sequence());
        answered.signalAll();
      } finally {
        state.unlock();
      }
      anchor(reached);
    } catch (IOException e) {
      fail(TrailFailures.writing(segments.current(), e));
    } finally {
      syncing.unlock();
    }
  }

  /** The trail is whole without a fresh anchor; who cannot write one says so and tries again. */
  private void anchor(Head reached) {
    if (anchor.isEmpty()
        || System.nanoTime() - lastAnchored < settings.anchorInterval().toNanos()) {
      return;
    }
    try {
      writeAnchor(reached, false);
    } catch (IOException e) {
      lastAnchored = System.nanoTime();
      LOG.error("the anchor '{}' cannot be written and gets old", anchor.get().file(), e);
    }
  }

  private void writeAnchor(Head reached, boolean last) throws IOException {
    anchor.orElseThrow().write(new Anchor.Mark(reached, last));
    lastAnchored = System.nanoTime();
    anchoredAt = reached.sequence();
  }

  /** From here on nothing is recorded any more until the trail is opened anew. */
  private void fail(StorageException cause) {
    state.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      answered.signalAll();
    } finally {
      state.unlock();
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      writing.unlock();
    }
    end();
    Head last = head;
    try (lockFile;
        RandomAccessFile open = file) {
      open.getChannel().force(false);
      if (anchor.isPresent()) {
        writeAnchor(last, true);
      }
    } catch (IOException e) {
      throw TrailFailures.writing(segments.current(), e);
    }
  }

  private void end() {
    state.lock();
    try {
      ending = true;
      asked.signalAll();
    } finally {
      state.unlock();
    }
    Thread started = syncer;
    if (started == null) {
      return;
    }
    try {
      started.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
