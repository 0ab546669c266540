package io.undercroft.plugin.file;

import io.undercroft.spi.NewEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One JSON document with all entries, held in memory and read again whenever its file is not the
 * one that it was.
 *
 * <p><b>Threads:</b> safe for concurrent use; {@link #write} only with the {@link #lock}.
 */
final class Document {
  private static final Logger LOG = System.getLogger(Document.class.getPackageName());
  private static final long COARSEST = 2_000_000_000L;
  private static final int LARGEST = 1 << 30;

  private final Path path;
  private final FileSettings settings;
  private final DurableFiles files;
  private final DocumentMeta meta;
  private final Reserve reserve;
  private final Stamps stamps;
  private final Clock clock;
  private final JsonProvider json;
  private final TextEncoding encoding;
  private final boolean fineTimes;
  private final @Nullable Object parentIdentity;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ChangeFeed feed;
  private @Nullable Sweeper sweeper;
  private volatile DocumentState state = DocumentState.NONE;
  private volatile @Nullable Broken broken;

  /** A document that cannot be read, and why; until its file is another one. */
  private record Broken(ValueFile file, String why) {}

  Document(
      Path path,
      FileSettings settings,
      DurableFiles files,
      DocumentMeta meta,
      Reserve reserve,
      Stamps stamps,
      Clock clock,
      JsonProvider json,
      boolean fineTimes)
      throws IOException {
    this.path = path;
    this.settings = settings;
    this.files = files;
    this.meta = meta;
    this.reserve = reserve;
    this.stamps = stamps;
    this.clock = clock;
    this.json = json;
    this.encoding = new TextEncoding(settings.encoding());
    this.fineTimes = fineTimes;
    this.parentIdentity =
        Files.readAttributes(DurableFiles.parent(path), BasicFileAttributes.class).fileKey();
  }

  Path path() {
    return path;
  }

  Instant now() {
    return clock.instant();
  }

  /** Returns what the writers of the document take. */
  ReentrantLock lock() {
    return lock;
  }

  void setSweeper(Sweeper one) {
    sweeper = one;
  }

  void setFeed(ChangeFeed changes) {
    feed = changes;
  }

  /** Returns what the document holds now. */
  DocumentState current() {
    DocumentState there = state;
    ValueFile file = look(there);
    if (there.isOf(file)) {
      return there;
    }
    lock.lock();
    try {
      return refresh();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks where the document is.
   *
   * @param before what was known before: a file that came since then is not gone
   */
  private @Nullable ValueFile look(DocumentState before) {
    try {
      ValueFile file = FolderFiles.look(path, ContentTypes.JSON);
      if (file == null) {
        refuseIfGone(before);
      }
      return file;
    } catch (IOException e) {
      throw IoFailures.reading(path, e);
    }
  }

  private void refuseIfGone(DocumentState before) throws IOException {
    FolderFiles.refuseObstacle(path);
    Object identity = null;
    try {
      identity =
          Files.readAttributes(DurableFiles.parent(path), BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      throw gone();
    }
    if (before.file() != null || !Objects.equals(identity, parentIdentity)) {
      throw gone();
    }
  }

  private StorageException gone() {
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        "the document '"
            + path
            + "' is not there any more; bring it back (is the disk mounted?), or write {} into it"
            + " to begin anew");
  }

  /** Reads the document again if it changed; with the lock. */
  DocumentState refresh() {
    DocumentState before = state;
    ValueFile file = look(before);
    if (before.isOf(file) || file == null) {
      return before;
    }
    Broken known = broken;
    if (known != null && known.file().equals(file)) {
      throw malformed(known.why());
    }
    try {
      DocumentState after = load(file, before);
      broken = null;
      state = after;
      if (before != DocumentState.NONE) {
        tellDifference(before, after);
      }
      return after;
    } catch (JsonScanner.Malformed e) {
      String why = e.reason();
      broken = new Broken(file, why);
      throw malformed(why);
    } catch (IOException e) {
      throw IoFailures.reading(path, e);
    }
  }

  private StorageException malformed(String why) {
    return StorageException.of(
        ErrorCode.SERIALIZATION_FAILED,
        "'" + path + "', " + why + "; mend it by hand: until then nothing is read or written");
  }

  private DocumentState load(ValueFile file, DocumentState before)
      throws IOException, JsonScanner.Malformed {
    if (file.size() > LARGEST) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the document '" + path + "' has more than 1 GiB; use a folder: a path without .json");
    }
    byte[] raw = FolderFiles.read(path, (int) file.size());
    if (raw.length != file.size()) {
      throw new JsonScanner.Malformed(0, "somebody is writing it just now");
    }
    byte[] text;
    try {
      text = encoding.checked(raw);
    } catch (CharacterCodingException e) {
      throw new JsonScanner.Malformed(0, encoding.firstStrange(raw) + ": this is not " + encoding);
    }
    Map<String, byte[]> members;
    try {
      members = DocumentText.parse(text);
    } catch (JsonScanner.Malformed e) {
      throw new JsonScanner.Malformed(
          e.offset(), DocumentText.place(text, e.offset()) + ": " + e.reason());
    }
    Map<String, DocumentEntry.Facts> facts =
        before.file() == null ? meta.read(file.modified()) : Map.of();
    LinkedHashMap<String, DocumentEntry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> member : members.entrySet()) {
      String key = member.getKey();
      DocumentValue value = DocumentValue.in(member.getValue(), settings.pretty(), json);
      DocumentEntry former = before.entries().get(key);
      DocumentEntry.Facts known = former == null ? facts.get(key) : former.facts();
      entries.put(key, entry(key, value, known, file.modified()));
    }
    return new DocumentState(entries, file);
  }

  private DocumentEntry entry(
      String key, DocumentValue value, DocumentEntry.@Nullable Facts known, long modified) {
    String digest = DocumentEntry.digest(value);
    DocumentEntry.Facts facts;
    if (known != null && known.digest().equals(digest)) {
      facts = known;
    } else {
      Instant edited = Stamps.millis(modified);
      facts =
          new DocumentEntry.Facts(
              Long.toString(modified, 36) + "." + digest.substring(0, 8),
              known == null ? edited : known.created(),
              edited,
              known == null ? Optional.empty() : known.expires(),
              known == null ? Map.of() : known.metadata(),
              digest);
    }
    return DocumentEntry.of(key, value, facts, json);
  }

  private void tellDifference(DocumentState before, DocumentState after) {
    if (feed == null || !feed.isHeard()) {
      return;
    }
    Instant now = now();
    for (DocumentEntry entry : after.entries().values()) {
      DocumentEntry former = before.entries().get(entry.key());
      boolean same = former != null && former.facts().version().equals(entry.facts().version());
      if (!same && !entry.isExpired(now)) {
        tell(new Told(ChangeType.SET, entry.key(), former, entry));
      }
    }
    for (DocumentEntry former : before.entries().values()) {
      if (!after.entries().containsKey(former.key())) {
        ChangeType type = former.isExpired(now) ? ChangeType.EXPIRE : ChangeType.DELETE;
        tell(new Told(type, former.key(), former, null));
      }
    }
  }

  /** Returns a new entry in the place of what was live under its key. */
  DocumentEntry entry(String key, NewEntry entry, @Nullable DocumentEntry live) {
    DocumentValue value =
        DocumentValue.of(entry.value(), entry.contentType(), settings.pretty(), json);
    long stamp = stamps.next();
    Instant moment = Stamps.millis(stamp);
    Instant created =
        live == null || live.facts().created().isAfter(moment) ? moment : live.facts().created();
    return DocumentEntry.of(
        key,
        value,
        new DocumentEntry.Facts(
            Long.toString(stamp, 36),
            created,
            moment,
            entry.expires(),
            entry.metadata(),
            DocumentEntry.digest(value)),
        json);
  }

  /**
   * Puts these entries in the place of what the document holds; with the lock, on the state that
   * {@link #refresh} returned. Nothing has changed if it throws anything but UNKNOWN_OUTCOME.
   *
   * @param entries handed over, not to be changed any more
   * @param changes what to tell afterwards
   */
  void write(Map<String, DocumentEntry> entries, List<Told> changes) {
    ValueFile former = state.file();
    byte[] text = formatted(entries);
    ValueFile file;
    try {
      file = replace(text, entries.values(), former);
    } catch (StorageException e) {
      if (former == null || text.length >= former.size() || !IoFailures.isForWantOfRoom(e)) {
        throw e;
      }
      file = replaceWithReserve(text, entries.values(), former);
    }
    state = new DocumentState(entries, file);
    try {
      files.forceDirectoryWhateverComes(DurableFiles.parent(path));
    } catch (IOException e) {
      throw IoFailures.inDoubt(path, e);
    } finally {
      changes.forEach(this::tell);
    }
    if (former != null) {
      meta.remove(former.modified());
    }
    keepRoom();
    boolean deadline =
        changes.stream()
            .map(Told::after)
            .anyMatch(entry -> entry != null && entry.facts().expires().isPresent());
    if (sweeper != null && deadline) {
      sweeper.wake();
    }
  }

  /** Keeps room for the next rewrite; with the lock. */
  void keepRoom() {
    ValueFile file = state.file();
    if (file != null) {
      try {
        reserve.keep(file.size() + meta.size(file.modified()));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "could not find out how much room to keep", e);
      }
    }
  }

  private ValueFile replaceWithReserve(
      byte[] text, Collection<DocumentEntry> entries, ValueFile former) {
    try {
      reserve.release();
      return replace(text, entries, former);
    } catch (IOException e) {
      throw IoFailures.writing(path, e);
    } catch (RuntimeException e) {
      keepRoom();
      throw e;
    }
  }

  /** Puts text in the place of the document: its metadata first, so that they are there with it. */
  private ValueFile replace(
      byte[] text, Collection<DocumentEntry> entries, @Nullable ValueFile former) {
    long stamp = stamps.next();
    long modified = fineTimes ? stamp : coarse(stamp, former);
    DurableFiles.Draft draft = null;
    try {
      meta.write(modified, entries);
      if (settings.atomic()) {
        draft = files.draft(DurableFiles.parent(path), text, modified);
        draft.seal();
        DurableFiles.publish(draft.path(), path);
      } else {
        overwrite(text, modified);
      }
    } catch (IOException e) {
      if (draft != null) {
        draft.discard(e);
      }
      meta.remove(modified);
      throw IoFailures.writing(path, e);
    }
    return new ValueFile(ContentTypes.JSON, path, modified, text.length);
  }

  private void overwrite(byte[] text, long modified) {
    try {
      files.overwrite(path, text, modified);
    } catch (IOException e) {
      throw IoFailures.inDoubt(path, e);
    }
  }

  private byte[] formatted(Map<String, DocumentEntry> entries) {
    long size = 0;
    for (DocumentEntry entry : entries.values()) {
      size += entry.text().length + 6L * entry.key().length() + 8;
    }
    if (size > LARGEST) {
      throw StorageException.of(
          ErrorCode.QUOTA_EXCEEDED,
          "the document '"
              + path
              + "' would have more than 1 GiB; use a folder: a path without .json");
    }
    try {
      return encoding.fromUtf8(DocumentText.format(entries.values(), settings.pretty()));
    } catch (CharacterCodingException e) {
      throw IoFailures.writing(path, e);
    }
  }

  private static long coarse(long stamp, @Nullable ValueFile former) {
    long modified = stamp - Math.floorMod(stamp, COARSEST);
    return former != null && former.modified() == modified ? modified + COARSEST : modified;
  }

  private void tell(Told change) {
    if (feed != null) {
      feed.publish(
          change.type(),
          change.key(),
          Optional.ofNullable(change.before()).map(DocumentEntry::stored),
          Optional.ofNullable(change.after()).map(DocumentEntry::stored));
    }
  }

  /** A change to be told when it is on the disk. */
  record Told(
      ChangeType type, String key, @Nullable DocumentEntry before, @Nullable DocumentEntry after) {}
}
