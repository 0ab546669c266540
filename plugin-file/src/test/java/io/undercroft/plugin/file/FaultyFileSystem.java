package io.undercroft.plugin.file;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A file system over another one, whose changing calls (create, write, force, set times, rename,
 * remove) can be made to fail: one of them, as a bad disk does, or all from one on, as the death of
 * the process does. Its listings can be made as forgetful as a directory's may be while files are
 * renamed over others.
 */
final class FaultyFileSystem extends FileSystem {
  private final FileSystem real;
  private final Provider provider = new Provider();
  private int calls;
  private int failFrom = Integer.MAX_VALUE;
  private int failUntil = Integer.MAX_VALUE;
  private String words = "Input/output error";
  private final List<Forgetful> listings = new CopyOnWriteArrayList<>();
  private volatile @Nullable Witness witness;

  /** Is called in the middle of what happens, and may hold it up. */
  interface Witness {
    /** A file is about to be renamed to this name. */
    void renaming(String target);

    /** A listing has begun. */
    void listing();

    /** Somebody has looked whether this is there, and knows. */
    default void looked(String name) {}
  }

  /**
   * From now on a listing leaves out names that files are renamed over while it goes on, and names
   * those twice that it had named before.
   */
  void forget(Witness told) {
    witness = told;
  }

  FaultyFileSystem(FileSystem real) {
    this.real = real;
  }

  /** Returns a path of the other file system as one of this. */
  Path wrap(Path path) {
    return new FaultyPath(this, path);
  }

  /** Lets the n-th changing call from now on fail, counted from 1, and no other. */
  synchronized void failOnce(int n, String reason) {
    calls = 0;
    failFrom = n;
    failUntil = n;
    words = reason;
  }

  /** Lets every changing call from the n-th on fail: the process is dead. */
  synchronized void dieAt(int n) {
    calls = 0;
    failFrom = n;
    failUntil = Integer.MAX_VALUE;
    words = "dead";
  }

  /**
   * Returns how many changing calls there were since the last order, and lets all succeed again.
   */
  synchronized int heal() {
    failFrom = Integer.MAX_VALUE;
    return calls;
  }

  private synchronized void change() throws IOException {
    calls++;
    if (calls >= failFrom && calls <= failUntil) {
      throw new IOException(words);
    }
  }

  /** A listing that loses or repeats what is renamed over. */
  private final class Forgetful implements DirectoryStream<Path> {
    private final DirectoryStream<Path> there;
    private final Queue<Path> rest = new ArrayDeque<>();
    private final Set<Path> named = new HashSet<>();

    Forgetful(DirectoryStream<Path> there) {
      this.there = there;
      there.forEach(path -> rest.add(wrap(path)));
    }

    synchronized void renamed(Path target) {
      if (!rest.remove(target) && named.contains(target)) {
        rest.add(target);
      }
    }

    private synchronized boolean isAtEnd() {
      return rest.isEmpty();
    }

    private synchronized Path name() {
      Path next = rest.poll();
      if (next == null) {
        throw new NoSuchElementException();
      }
      named.add(next);
      return next;
    }

    @Override
    public Iterator<Path> iterator() {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return !isAtEnd();
        }

        @Override
        public Path next() {
          return name();
        }
      };
    }

    @Override
    public void close() throws IOException {
      listings.remove(this);
      there.close();
    }
  }

  private static Path unwrap(Path path) {
    if (path instanceof FaultyPath faulty) {
      return faulty.path;
    }
    throw new ProviderMismatchException();
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return real.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(real.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    PathMatcher matcher = real.getPathMatcher(pattern);
    return path -> matcher.matches(unwrap(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return real.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }

  private static final class FaultyPath implements Path {
    private final FaultyFileSystem system;
    private final Path path;

    FaultyPath(FaultyFileSystem system, Path path) {
      this.system = system;
      this.path = path;
    }

    private Path same(Path other) {
      return new FaultyPath(system, other);
    }

    @Override
    public FileSystem getFileSystem() {
      return system;
    }

    @Override
    public boolean isAbsolute() {
      return path.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
      Path root = path.getRoot();
      return root == null ? null : same(root);
    }

    @Override
    public @Nullable Path getFileName() {
      Path name = path.getFileName();
      return name == null ? null : same(name);
    }

    @Override
    public @Nullable Path getParent() {
      Path parent = path.getParent();
      return parent == null ? null : same(parent);
    }

    @Override
    public int getNameCount() {
      return path.getNameCount();
    }

    @Override
    public Path getName(int index) {
      return same(path.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
      return same(path.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
      return path.startsWith(unwrap(other));
    }

    @Override
    public boolean endsWith(Path other) {
      return path.endsWith(unwrap(other));
    }

    @Override
    public Path normalize() {
      return same(path.normalize());
    }

    @Override
    public Path resolve(Path other) {
      return same(path.resolve(unwrap(other)));
    }

    @Override
    public Path relativize(Path other) {
      return same(path.relativize(unwrap(other)));
    }

    @Override
    public URI toUri() {
      return path.toUri();
    }

    @Override
    public Path toAbsolutePath() {
      return same(path.toAbsolutePath());
    }

    @Override
    public Path toRealPath(LinkOption... options) throws IOException {
      return same(path.toRealPath(options));
    }

    @Override
    public WatchKey register(
        WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
      return path.compareTo(unwrap(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof FaultyPath faulty && faulty.path.equals(path);
    }

    @Override
    public int hashCode() {
      return path.hashCode();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  private final class Provider extends FileSystemProvider {
    @Override
    public String getScheme() {
      return "faulty";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      boolean creates = options.contains(StandardOpenOption.CREATE_NEW);
      if (creates) {
        change();
      }
      return new FaultyChannel(FileChannel.open(unwrap(path), options, attributes));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
      DirectoryStream<Path> there =
          unwrap(directory)
              .getFileSystem()
              .provider()
              .newDirectoryStream(unwrap(directory), path -> filter.accept(wrap(path)));
      Witness told = witness;
      if (told != null) {
        Forgetful listing = new Forgetful(there);
        listings.add(listing);
        told.listing();
        return listing;
      }
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          Iterator<Path> paths = there.iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return paths.hasNext();
            }

            @Override
            public Path next() {
              return wrap(paths.next());
            }
          };
        }

        @Override
        public void close() throws IOException {
          there.close();
        }
      };
    }

    private FileSystemProvider of(Path path) {
      return unwrap(path).getFileSystem().provider();
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
      change();
      of(directory).createDirectory(unwrap(directory), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      change();
      of(path).delete(unwrap(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      change();
      Witness told = witness;
      if (told != null) {
        told.renaming(String.valueOf(target.getFileName()));
      }
      of(source).move(unwrap(source), unwrap(target), options);
      listings.forEach(listing -> listing.renamed(target));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
      return of(path).isSameFile(unwrap(path), unwrap(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return of(path).isHidden(unwrap(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return of(path).getFileStore(unwrap(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      of(path).checkAccess(unwrap(path), modes);
    }

    @Override
    @SuppressWarnings("unchecked") // the only view that changes anything here is the basic one
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      BasicFileAttributeView view =
          of(path).getFileAttributeView(unwrap(path), BasicFileAttributeView.class, options);
      return (V)
          new BasicFileAttributeView() {
            @Override
            public String name() {
              return view.name();
            }

            @Override
            public BasicFileAttributes readAttributes() throws IOException {
              return view.readAttributes();
            }

            @Override
            public void setTimes(
                @Nullable FileTime modified, @Nullable FileTime access, @Nullable FileTime created)
                throws IOException {
              change();
              view.setTimes(modified, access, created);
            }
          };
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      try {
        return of(path).readAttributes(unwrap(path), type, options);
      } finally {
        Witness told = witness;
        if (told != null) {
          told.looked(String.valueOf(path.getFileName()));
        }
      }
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
        throws IOException {
      return of(path).readAttributes(unwrap(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options) {
      throw new UnsupportedOperationException();
    }
  }

  private final class FaultyChannel extends FileChannel {
    private final FileChannel there;

    FaultyChannel(FileChannel there) {
      this.there = there;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return there.read(to);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
      return there.read(to, offset, length);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (from.remaining() > 1) {
        // Half of it arrives before the call that may fail: what a full disk leaves behind.
        int limit = from.limit();
        from.limit(from.position() + from.remaining() / 2);
        int half = there.write(from);
        from.limit(limit);
        change();
        return half + there.write(from);
      }
      change();
      return there.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() throws IOException {
      return there.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      there.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return there.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      there.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
      change();
      there.force(metadata);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return there.read(to, position);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      return there.write(from, position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return there.lock(position, size, shared);
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return there.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      there.close();
    }
  }
}
