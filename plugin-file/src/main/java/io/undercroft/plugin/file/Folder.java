package io.undercroft.plugin.file;

import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A folder with one file per key: how an entry is looked up, and the steps of which every write is
 * made.
 *
 * <p>A write is <em>planned</em> (what file and what sidecar will be), <em>drafted</em> (temporary
 * files, on the disk), <em>published</em> (renamed: from here on it is seen) and <em>settled</em>
 * (the directory is on the disk, and those who watch are told). All of it is done in the turn of
 * the keys' stripes.
 *
 * <p><b>Threads:</b> safe for concurrent use; the steps of a write only in the turn of its key.
 */
final class Folder {
  /** How often it is looked for what another process may be changing. */
  static final int PATIENCE = 100;

  /** How many drafts are open at once. */
  static final int HANDFUL = 128;

  private static final Logger LOG = System.getLogger(Folder.class.getPackageName());
  private static final long COARSEST = 2_000_000_000L;

  private final FolderFiles values;
  private final Sidecars sidecars;
  private final DurableFiles files;
  private final Stamps stamps;
  private final Clock clock;
  private final boolean fineTimes;
  private final boolean atomic;
  private final boolean alone;
  private final List<Queue<String>> scans = new CopyOnWriteArrayList<>();
  private final Census census = new Census();
  private final Deadlines deadlines = new Deadlines();
  private final Stripes stripes = new Stripes();
  private @Nullable ChangeFeed feed;
  private @Nullable Sweeper sweeper;
  private volatile boolean closed;

  /**
   * Takes the parts.
   *
   * @param fineTimes whether the file system keeps times to the microsecond
   * @param atomic whether a file is replaced as a whole
   * @param alone whether only this process writes
   */
  Folder(
      FolderFiles values,
      Sidecars sidecars,
      DurableFiles files,
      Stamps stamps,
      Clock clock,
      boolean fineTimes,
      boolean atomic,
      boolean alone) {
    this.values = values;
    this.sidecars = sidecars;
    this.files = files;
    this.stamps = stamps;
    this.clock = clock;
    this.fineTimes = fineTimes;
    this.atomic = atomic;
    this.alone = alone;
  }

  FolderFiles values() {
    return values;
  }

  Sidecars sidecars() {
    return sidecars;
  }

  DurableFiles files() {
    return files;
  }

  Census census() {
    return census;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  Stripes stripes() {
    return stripes;
  }

  Instant now() {
    return clock.instant();
  }

  void setFeed(ChangeFeed changes) {
    feed = changes;
  }

  void setSweeper(Sweeper one) {
    sweeper = one;
  }

  private boolean isHeard() {
    return feed != null && feed.isHeard();
  }

  private void tell(
      ChangeType type, String key, Optional<StoredEntry> before, Optional<StoredEntry> after) {
    boolean known = !key.isEmpty() || type == ChangeType.CLEAR || type == ChangeType.RESYNC;
    if (feed != null && known) {
      feed.publish(type, key, before, after);
    }
  }

  /** Tells CLEAR or RESYNC. */
  void tellAll(ChangeType type) {
    tell(type, "", Optional.empty(), Optional.empty());
  }

  /**
   * Begins a scan of the directory: every stem whose file is replaced from now on comes into the
   * queue before it is replaced, until {@link #endScan}.
   */
  Queue<String> beginScan() {
    Queue<String> replaced = new ConcurrentLinkedQueue<>();
    scans.add(replaced);
    // A writer that did not see the queue has its gate closed now; later ones see it.
    stripes.passGates();
    return replaced;
  }

  /** Ends a scan. Idempotent. */
  void endScan(Queue<String> replaced) {
    scans.removeIf(scan -> scan == replaced);
  }

  /** Throws CLOSED after {@link #close}. */
  void refuseIfClosed() {
    if (closed) {
      throw ChangeFeed.closed();
    }
  }

  /** Waits for the writes that are under way, after which there are none. Idempotent. */
  void close() {
    int[] all = Stripes.all();
    stripes.takeTurns(all);
    try {
      if (!closed && alone) {
        stamps.close();
      }
      closed = true;
    } finally {
      stripes.endTurns(all);
    }
  }

  /** Returns the number of live entries. */
  long size() {
    return Math.max(0, census.size() - deadlines.dead(now().toEpochMilli()));
  }

  // ---- looking

  /** Looks an entry up without a turn: a reader that the gate has to cover. */
  Present look(Address at) throws IOException {
    long known = census.find(at.hash());
    ValueFile file = find(at, known);
    if (file == null) {
      return Present.NOTHING;
    }
    return Present.of(file, mayHaveSidecar(known) ? sidecar(at) : null);
  }

  /**
   * Where others write, a file may have got another type, also between the look at the one and the
   * look at the other: it is not there when nothing has changed while all were looked at.
   */
  private @Nullable ValueFile find(Address at, long known) throws IOException {
    ValueFile file = values.find(at.stem(), known);
    boolean sure = alone;
    for (int looks = 0; file == null && !sure && looks < PATIENCE; looks++) {
      FileTime before = values.subfolders().changed(at.stem());
      file = values.findOfAnyType(at.stem());
      sure = values.subfolders().changed(at.stem()).equals(before);
    }
    return file;
  }

  private boolean mayHaveSidecar(long known) {
    return known == Census.ABSENT || Census.hasSidecar(known) || !alone;
  }

  /** Returns whether only this process writes, so that what it remembers holds. */
  boolean isAlone() {
    return alone;
  }

  /** Returns the sidecar, if there is one. */
  @Nullable Sidecar sidecar(Address at) throws IOException {
    Sidecar kept = sidecars.kept(at.stem(), at.hash());
    return kept == null ? sidecars.load(at.stem()) : kept;
  }

  /**
   * Looks an entry up in its turn, and takes note of what others did: a file that came, went or was
   * edited.
   */
  Present lookAndNote(Address at) throws IOException {
    long known = census.find(at.hash());
    ValueFile file = find(at, known);
    if (file == null) {
      values.subfolders().refuseOther(at.stem());
      // Without a file there may still be a sidecar, if somebody removed the file by hand.
      Sidecar left = known != Census.ABSENT || sidecars.exists(at.stem()) ? sidecar(at) : null;
      if (known != Census.ABSENT) {
        noteGone(at, left);
      }
      return new Present(null, left, null);
    }
    Sidecar sidecar = mayHaveSidecar(known) ? sidecar(at) : null;
    Present present = Present.of(file, sidecar);
    noteThere(at, known, present, file);
    return present;
  }

  /** Takes note of what others did to an entry, unless a writer has its turn. */
  void noteNow(Address at) {
    if (stripes.tryTurn(at.stripe())) {
      try {
        if (!closed) {
          lookAndNote(at);
        }
      } catch (IOException e) {
        LOG.log(
            Level.DEBUG, "an entry that changed could not be looked at; the next read tries", e);
      } finally {
        stripes.endTurn(at.stripe());
      }
    }
  }

  /** Waits for the entry's turn and takes note of what others did to it. */
  void note(Address at) throws IOException {
    stripes.takeTurn(at.stripe());
    try {
      if (!closed) {
        lookAndNote(at);
      }
    } finally {
      stripes.endTurn(at.stripe());
    }
  }

  /** Returns the key of a stem that was found as a file name; empty if nothing tells it. */
  Optional<String> key(String stem) {
    if (!FileNames.isHashed(stem)) {
      return FileNames.key(stem);
    }
    try {
      Sidecar sidecar = sidecar(Address.of("", stem));
      return sidecar == null ? Optional.empty() : Optional.of(sidecar.key());
    } catch (IOException e) {
      throw IoFailures.reading(values.directory(stem).resolve(stem), e);
    }
  }

  private void noteGone(Address at, @Nullable Sidecar left) {
    census.remove(at.hash());
    boolean expired = false;
    if (left != null && left.note().expires().isPresent()) {
      deadlines.remove(left.note().expires().get().toEpochMilli());
      expired = left.note().isExpired(now());
    }
    if (!expired) {
      tell(ChangeType.DELETE, at.key(), Optional.empty(), Optional.empty());
    }
  }

  private void noteThere(Address at, long known, Present present, ValueFile file) {
    boolean fresh = known == Census.ABSENT;
    if (fresh || !Census.isSeen(known) || Census.type(known) != file.type().number()) {
      census.add(at.hash(), file.type().number(), true);
      values.uses(file.type());
    }
    if (fresh) {
      census.setSidecar(at.hash(), present.sidecar() != null);
      Optional<Long> deadline = deadline(present);
      census.setDeadline(at.hash(), deadline.isPresent());
      deadline.ifPresent(deadlines::add);
    }
    long state = census.state(at.hash());
    if (state != file.state()) {
      census.setState(at.hash(), file.state());
      if ((fresh || state != 0) && isHeard()) {
        tell(ChangeType.SET, at.key(), Optional.empty(), entry(present));
      }
    }
  }

  private static Optional<Long> deadline(Present present) {
    return present.note() == null
        ? Optional.empty()
        : present.note().expires().map(Instant::toEpochMilli);
  }

  /** Returns the entry for those who watch; empty if it is not live or cannot be read. */
  private Optional<StoredEntry> entry(Present present) {
    return present.live(now()) == null ? Optional.empty() : whatever(present);
  }

  private Optional<StoredEntry> whatever(Present present) {
    Note note = present.note();
    ValueFile file = present.file();
    if (note == null || file == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StoredEntry(values.value(file), note.meta(file.type())));
    } catch (IOException | StorageException e) {
      return Optional.empty(); // a change without its value is still told
    }
  }

  // ---- writing

  /** Takes planned writes through all steps; each by itself is all or nothing. */
  void carryOut(List<Write> writes) {
    int published = 0;
    try {
      draft(writes);
      for (Write write : writes) {
        publish(write);
        published++;
      }
    } catch (IOException | RuntimeException e) {
      discard(writes, e);
      if (published > 0) {
        try {
          settle(writes.subList(0, published));
        } catch (StorageException more) {
          e.addSuppressed(more);
        }
      }
      throw e instanceof IOException failed
          ? IoFailures.writing(path(writes.get(published)), failed)
          : (RuntimeException) e;
    }
    settle(writes);
  }

  /** Removes entries without telling it. */
  void removeAll(List<Write> removals) throws IOException {
    if (removals.isEmpty()) {
      return;
    }
    for (Write removal : removals) {
      publish(removal);
    }
    makeDurable(removals);
  }

  /** Plans to write an entry. */
  Write planPut(Address at, Present before, NewEntry entry) {
    FolderFiles.Content content = values.content(entry);
    long stamp = stamps.next();
    long modified = fineTimes ? stamp : coarse(stamp, before);
    Instant moment = Stamps.millis(stamp);
    Note live = before.live(now());
    Instant created = live == null || live.created().isAfter(moment) ? moment : live.created();
    ValueFile file =
        new ValueFile(
            content.type(),
            values.path(at.stem(), content.type()),
            modified,
            content.bytes().length);
    Note note =
        new Note(
            Version.of(stamp, file.size()),
            modified,
            file.size(),
            created,
            moment,
            entry.expires(),
            content.contentType(),
            entry.metadata());
    Optional<Sidecar> sidecar =
        needsSidecar(at, before, file, note)
            ? Optional.of(new Sidecar(at.key(), note, Optional.ofNullable(before.note())))
            : Optional.empty();
    return Write.put(
        at, before, new Write.Put(file, content.bytes(), entry.value(), note, sidecar));
  }

  /** A time for a file system that keeps whole seconds: near the stamp, and not the one before. */
  private static long coarse(long stamp, Present before) {
    long modified = stamp - Math.floorMod(stamp, COARSEST);
    ValueFile file = before.file();
    return file != null && file.modified() == modified ? modified + COARSEST : modified;
  }

  private boolean needsSidecar(Address at, Present before, ValueFile file, Note note) {
    if (!note.isBare() || !fineTimes) {
      return true;
    }
    Sidecar there = before.sidecar();
    if (there == null) {
      return FileNames.isHashed(at.stem())
          || !note.created().equals(Stamps.millis(file.modified()));
    }
    return !there.note().isBare() || !there.note().created().equals(note.created());
  }

  /** Writes the sidecars and the temporary files; nothing of it is seen yet. */
  void draft(List<Write> writes) throws IOException {
    List<Write> withSidecar = writes.stream().filter(write -> sidecar(write).isPresent()).toList();
    for (int from = 0; from < withSidecar.size(); from += HANDFUL) {
      writeSidecars(withSidecar.subList(from, Math.min(withSidecar.size(), from + HANDFUL)));
    }
    for (int from = 0; from < writes.size(); from += HANDFUL) {
      List<Write> some = writes.subList(from, Math.min(writes.size(), from + HANDFUL));
      for (Write write : some) {
        draftValue(write);
      }
      // All are written before the first is forced: the disk then takes most of them in one go.
      for (Write write : some) {
        DurableFiles.Draft draft = write.draft();
        if (draft != null) {
          draft.seal();
        }
      }
    }
  }

  private static Optional<Sidecar> sidecar(Write write) {
    Write.Put put = write.put();
    return put == null ? Optional.empty() : put.sidecar();
  }

  private void writeSidecars(List<Write> writes) throws IOException {
    List<Sidecar> texts = new ArrayList<>();
    writes.forEach(write -> sidecar(write).ifPresent(texts::add));
    try {
      sidecars.write(texts);
    } catch (IOException | RuntimeException e) {
      for (Write write : writes) { // on the disk there may be the old one or the new one
        withGate(write.address(), () -> forget(write.address()));
      }
      throw e;
    }
    for (int i = 0; i < writes.size(); i++) {
      Address at = writes.get(i).address();
      Sidecar text = texts.get(i);
      withGate(
          at,
          () -> {
            sidecars.keep(at.stem(), at.hash(), text);
            census.setSidecar(at.hash(), true);
          });
    }
  }

  private void forget(Address at) {
    sidecars.forget(at.stem(), at.hash());
    census.setSidecar(at.hash(), true);
  }

  private void withGate(Address at, Runnable change) {
    int[] stripe = {at.stripe()};
    long[] closedGates = stripes.closeGates(stripe);
    try {
      change.run();
    } finally {
      stripes.openGates(stripe, closedGates);
    }
  }

  private void draftValue(Write write) throws IOException {
    if (isHeard()) {
      write.setOld(entry(write.before()));
    }
    Write.Put put = write.put();
    if (put == null) {
      return;
    }
    ValueFile there = write.before().file();
    if (there == null || !there.path().equals(put.file().path())) {
      FolderFiles.refuseObstacle(put.file().path());
    }
    if (atomic) {
      write.setDraft(
          files.draft(
              values.directory(write.address().stem()), put.bytes(), put.file().modified()));
    }
  }

  /** Removes the drafts that were not published, and the sidecars of values that do not come. */
  void discard(List<Write> writes, Throwable because) {
    List<String> orphans = new ArrayList<>();
    for (Write write : writes) {
      DurableFiles.Draft draft = write.takeDraft();
      if (draft != null) {
        draft.discard(because);
      }
      boolean fresh = write.before().file() == null && write.before().sidecar() == null;
      if (fresh && !write.isPlaced() && sidecar(write).isPresent()) {
        orphans.add(write.address().stem());
      }
    }
    removeSidecars(orphans);
  }

  /** Removes sidecars without values, which do no harm: what stays is removed at the next start. */
  private void removeSidecars(List<String> stems) {
    try {
      sidecars.remove(stems);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a sidecar without a value could not be removed", e);
    }
  }

  /** Publishes a write by itself. */
  void publish(Write write) throws IOException {
    int[] stripe = {write.address().stripe()};
    long[] closedGates = stripes.closeGates(stripe);
    try {
      publishBehindGate(write);
    } finally {
      stripes.openGates(stripe, closedGates);
    }
  }

  /**
   * Puts the files in their places. The gate of the stripe is closed. After a failure it may be
   * called again, and goes on where it was.
   */
  void publishBehindGate(Write write) throws IOException {
    Write.Put put = write.put();
    if (put == null) {
      removeFiles(write, null);
      account(write);
      return;
    }
    Path target = put.file().path();
    if (!write.isPlaced()) {
      if (write.before().file() != null) {
        scans.forEach(replaced -> replaced.add(write.address().stem()));
      }
      place(write, put, target);
      write.setPlaced();
      account(write);
      keepSidecar(write, put);
    }
    try {
      removeFiles(write, target);
    } catch (IOException e) {
      throw IoFailures.inDoubt(target, e);
    }
  }

  /** Keeps a sidecar that the write leaves as it is, so that the next write need not read it. */
  private void keepSidecar(Write write, Write.Put put) {
    Address at = write.address();
    Sidecar there = write.before().sidecar();
    if (there != null && put.sidecar().isEmpty() && sidecars.kept(at.stem(), at.hash()) == null) {
      sidecars.keep(at.stem(), at.hash(), there);
    }
  }

  private void place(Write write, Write.Put put, Path target) throws IOException {
    if (!atomic) {
      try {
        files.overwrite(target, put.bytes(), put.file().modified());
      } catch (IOException e) {
        throw IoFailures.inDoubt(target, e);
      }
      return;
    }
    DurableFiles.Draft draft = write.draft();
    if (draft == null) {
      throw new IllegalStateException("there is no draft of '" + target + "'");
    }
    DurableFiles.publish(draft.path(), target);
    write.setDraft(null);
  }

  /** Removes the files of a stem, but for the one to keep, which has just been renamed. */
  private void removeFiles(Write write, @Nullable Path keep) throws IOException {
    ValueFile file = write.before().file();
    Write.Put put = write.put();
    boolean forced = put == null;
    while (file != null) {
      if (!file.path().equals(keep)) {
        if (!forced) {
          // The new file must not be younger than the removal of the old one, which has another
          // name.
          files.forceDirectory(values.directory(write.address().stem()));
          forced = true;
        }
        DurableFiles.remove(file.path());
      }
      if (!values.usesSeveralTypes()) {
        return;
      }
      file = values.newest(write.address().stem(), put == null ? -1 : put.file().type().number());
    }
  }

  private void account(Write write) {
    long hash = write.address().hash();
    deadline(write.before()).ifPresent(deadlines::remove);
    Write.Put put = write.put();
    if (put == null) {
      census.remove(hash);
      return;
    }
    values.uses(put.file().type());
    boolean added = census.add(hash, put.file().type().number(), true);
    if (added || put.sidecar().isPresent()) {
      boolean sidecar = put.sidecar().isPresent() || write.before().sidecar() != null;
      census.setSidecar(hash, sidecar);
    }
    census.setState(hash, put.file().state());
    census.setDeadline(hash, put.note().expires().isPresent());
    put.note().expires().ifPresent(moment -> deadlines.add(moment.toEpochMilli()));
    if (sweeper != null && put.note().expires().isPresent()) {
      sweeper.wake();
    }
  }

  /** Makes what was published durable, and tells it. */
  void settle(List<Write> writes) {
    try {
      makeDurable(writes);
    } catch (IOException e) {
      throw IoFailures.inDoubt(path(writes.get(0)), e);
    } finally {
      for (Write write : writes) {
        tell(
            write.put() == null ? ChangeType.DELETE : ChangeType.SET,
            write.address().key(),
            write.old(),
            write.fresh());
      }
    }
  }

  private void makeDurable(List<Write> writes) throws IOException {
    for (Path directory : directories(writes)) {
      files.forceDirectoryWhateverComes(directory);
    }
    List<String> orphans = new ArrayList<>();
    for (Write write : writes) {
      if (write.put() == null && write.before().sidecar() != null) {
        orphans.add(write.address().stem());
      }
    }
    // Only now: a deadline must not go before the value that it belongs to.
    removeSidecars(orphans);
  }

  /** Makes drafts durable, which {@link #draft} has made. */
  void forceDrafts(List<Write> writes) throws IOException {
    for (Path directory : directories(writes)) {
      files.forceDirectory(directory);
    }
  }

  /** Returns the directories that writes have to do with, each once. */
  private Collection<Path> directories(List<Write> writes) {
    if (writes.size() == 1 || values.subfolders().areNone()) {
      return List.of(values.directory(writes.get(0).address().stem()));
    }
    Set<Path> all = new LinkedHashSet<>();
    writes.forEach(write -> all.add(values.directory(write.address().stem())));
    return all;
  }

  /** Returns the file that a write is about. */
  Path path(Write write) {
    Write.Put put = write.put();
    ValueFile file = put == null ? write.before().file() : put.file();
    return file == null ? values.root() : file.path();
  }

  /** Removes an entry that is past its deadline, and tells so. */
  void expire(Write removal) throws IOException {
    if (isHeard()) {
      removal.setOld(whatever(removal.before()));
    }
    publish(removal);
    makeDurable(List.of(removal));
    tell(ChangeType.EXPIRE, removal.address().key(), removal.old(), Optional.empty());
  }

  /** Notes the deadline of an entry that is there when the folder is opened. */
  void noteDeadline(String stem) throws IOException {
    Address at = Address.of("", stem);
    long known = census.find(at.hash());
    if (known == Census.ABSENT) {
      return;
    }
    Sidecar sidecar = sidecar(at);
    ValueFile file = values.find(stem, known);
    if (sidecar != null && file != null) {
      Optional<Instant> expires = sidecar.of(file).expires();
      census.setDeadline(at.hash(), expires.isPresent());
      expires.ifPresent(moment -> deadlines.add(moment.toEpochMilli()));
    }
  }
}
