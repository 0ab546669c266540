package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.Subscription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TypedInterfaceTest {
  private final Desk desk = Desk.full();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  /** What a user writes. */
  public interface Rooms extends BatchStorage<String> {
    int LIMIT = 3;

    default void open(String name) {
      set(name, prefix() + name);
    }

    default Optional<String> find(String name) {
      return get(name).map(String::toUpperCase);
    }

    default long primitive(int a, long b) {
      return a + b + LIMIT;
    }

    default String many(String first, String... more) {
      return first + more.length;
    }

    default void failing() throws IOException {
      throw new IOException("the user's own");
    }

    private String prefix() {
      return "room ";
    }

    static String noStaticMethodIsInTheWay() {
      return "static";
    }
  }

  @Test
  void defaultMethodsRunOnTheStorage() throws Exception {
    Rooms rooms = desk.point.typed(Rooms.class);
    rooms.open("a");
    assertThat(rooms.get("a")).contains("room a");
    assertThat(rooms.find("a")).contains("ROOM A");
    assertThat(rooms.primitive(1, 2L)).isEqualTo(6);
    assertThat(rooms.many("a", "b", "c")).isEqualTo("a2");
    assertThat(Rooms.noStaticMethodIsInTheWay()).isEqualTo("static");
    assertThat(desk.texts().get("a")).contains("room a");
    assertThat(rooms.getMany(List.of("a"))).containsExactly(Map.entry("a", "room a"));
    assertThat(rooms.keys()).containsExactly("a");
    assertThatThrownBy(rooms::failing).isInstanceOf(IOException.class).hasMessage("the user's own");
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.get(""));
  }

  @Test
  void itHasItsOwnNameAndIdentity() {
    Rooms rooms = desk.point.typed(Rooms.class);
    Rooms again = desk.point.typed(Rooms.class);
    assertThat(rooms).hasToString("Rooms on storage 'rooms'");
    assertThat(rooms.equals(rooms)).isTrue();
    assertThat(rooms.equals(again)).isFalse();
    assertThat(rooms.hashCode()).isEqualTo(rooms.hashCode());
    assertThat(rooms.name()).isEqualTo("rooms");
  }

  interface Everything
      extends BatchStorage<String>, TransactionalStorage<String>, ObservableStorage<String> {}

  @Test
  void anInterfaceMayCombineCapabilitiesAndNeedNotBePublic() throws Exception {
    Everything all = desk.point.typed(Everything.class);
    List<String> seen = new CopyOnWriteArrayList<>();
    all.watch("*", change -> seen.add(change.key()));
    all.set("a", "1");
    Desk.await("the change was seen", () -> seen.contains("a"));
    Optional<String> read = all.transaction(tx -> tx.get("a"));
    assertThat(read).contains("1");
    AsyncStorage<String> async = all.async();
    assertThat(async).isInstanceOf(AsyncBatchStorage.class);
    assertThat(all.async().getMany(List.of("a")).toCompletableFuture().get())
        .containsExactly(Map.entry("a", "1"));
  }

  // --- the type of the values

  interface Base<A, B> extends Middle<B> {}

  interface Middle<C> extends Storage<List<C>> {}

  interface Deep extends Base<String, Integer> {}

  interface Mapped extends Storage<Map<String, ? extends List<Integer[]>>> {}

  @Test
  void theTypeOfTheValuesIsFoundThroughAnyNumberOfSupertypes() {
    assertThat(TypedInterface.of(Deep.class).valueType())
        .isEqualTo(new TypeRef<List<Integer>>() {}.type())
        .hasSameHashCodeAs(new TypeRef<List<Integer>>() {}.type())
        .hasToString("java.util.List<java.lang.Integer>");
    assertThat(new TypeRef<List<Integer>>() {}.type())
        .isEqualTo(TypedInterface.of(Deep.class).valueType());
    assertThat(TypedInterface.of(Mapped.class).valueType())
        .isEqualTo(new TypeRef<Map<String, ? extends List<Integer[]>>>() {}.type());
    assertThat(TypedInterface.of(Rooms.class).valueType()).isEqualTo(String.class);
    assertThat(TypedInterface.of(Everything.class).capabilities())
        .containsExactly(
            Capability.STORAGE, Capability.BATCH, Capability.TRANSACTION, Capability.OBSERVE);
  }

  interface Open<T> extends Storage<T> {}

  @SuppressWarnings("rawtypes") // what a user may write by mistake
  interface Raw extends Storage {}

  @Test
  void aTypeThatIsLeftOpenIsRefused() {
    for (Class<?> open : List.of(Open.class, Raw.class)) {
      assertThat(refusal(open))
          .contains(open.getName())
          .contains("leaves the type of the values open");
    }
  }

  private static String refusal(Class<?> type) {
    StorageException refusal =
        catchThrowableOfType(StorageException.class, () -> TypedInterface.of(type));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    return Objects.requireNonNull(refusal.getMessage());
  }

  // --- what is left over

  interface TooMuch extends Storage<String> {
    String findByAuthor(String author, int limit);

    void another();

    default void fine() {}

    @Override
    String toString();
  }

  @Test
  void abstractMethodsThatAreNotOursAreAllNamed() {
    assertThat(refusal(TooMuch.class))
        .contains("2 problems")
        .contains("another()")
        .contains("findByAuthor(String, int)")
        .contains("give it a default body")
        .doesNotContain("fine")
        .doesNotContain("toString");
  }

  interface MyTransaction extends Transaction<String> {}

  sealed interface Shut extends Storage<String> permits ShutToo {}

  non-sealed interface ShutToo extends Shut {}

  abstract static class Abstract implements Storage<String> {}

  @Test
  void whatCannotBeImplementedIsRefused() {
    assertThat(refusal(Abstract.class)).contains("it is not an interface");
    assertThat(refusal(Runnable.class)).contains("does not extend io.undercroft.storage.Storage");
    assertThat(refusal(Override.class)).contains("it is not an interface");
    assertThat(refusal(Storage.class)).contains("one of ours");
    assertThat(refusal(MyTransaction.class)).contains("begun, not declared");
    assertThat(refusal(Shut.class)).contains("sealed");
    assertThat(desk.point.typed(ShutToo.class).get("a")).isEmpty();
  }

  // --- what is said again

  interface Narrow extends Storage<String>, ObservableStorage<String> {
    @Override
    Optional<String> get(String key);

    @Override
    void set(String key, String value);

    @Override
    default long size() {
      return -1;
    }

    @Override
    default Subscription watch(String glob, Consumer<Change<String>> handler) {
      return ObservableStorage.super.watch("k" + glob, handler);
    }
  }

  @Test
  void ourMethodsMayBeSaidAgainAndReplaced() {
    Narrow narrow = desk.point.typed(Narrow.class);
    narrow.set("a", "1");
    assertThat(narrow.get("a")).contains("1");
    Storage<String> wide = narrow;
    wide.set("b", "2");
    assertThat(wide.get("b")).contains("2");
    assertThat(wide.size()).isEqualTo(-1);
    List<String> seen = new CopyOnWriteArrayList<>();
    narrow.watch("*", change -> seen.add(change.key()));
    narrow.set("a", "3");
    narrow.set("k", "4");
    Desk.await("the change was seen", () -> seen.contains("k"));
    assertThat(seen).containsExactly("k");
  }

  interface Left extends Storage<String> {
    default String side() {
      return "left";
    }
  }

  interface Right extends Storage<String> {
    default String side() {
      return "right";
    }
  }

  interface Both extends Left, Right {
    @Override
    default String side() {
      return Left.super.side() + " and " + Right.super.side();
    }
  }

  @Test
  void defaultsThatMeetAreTheUsersChoice() {
    assertThat(desk.point.typed(Both.class).side()).isEqualTo("left and right");
  }

  // --- capabilities

  interface Indexed extends IndexedStorage<String>, ObservableStorage<String> {}

  @Test
  void allMissingCapabilitiesAreNamedWithThoseThatAreThere() {
    try (Desk without = Desk.with(facets -> facets.without(Changes.class).without(Batch.class))) {
      StorageException missing =
          Failing.with(ErrorCode.UNSUPPORTED, () -> without.point.typed(Indexed.class));
      assertThat(missing.getMessage())
          .contains(
              "does not offer BatchStorage, QueryableStorage, IndexedStorage, ObservableStorage")
          .contains(Indexed.class.getName())
          .contains("offers Storage, Bookmark");
    }
  }

  // --- class loaders

  /** Loads the interfaces of this test again, as a server's loader of an application does. */
  private static final class Application extends ClassLoader {
    Application(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(TypedInterfaceTest.class.getName())) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) {
      try (InputStream in =
          Objects.requireNonNull(getResourceAsStream(name.replace('.', '/') + ".class"))) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void anInterfaceMayComeFromAnotherClassLoader() throws Exception {
    Application application = new Application(getClass().getClassLoader());
    for (Class<?> mine : List.of(Rooms.class, Both.class)) {
      Class<?> theirs = Class.forName(mine.getName(), true, application);
      assertThat(theirs).isNotSameAs(mine);
      Storage<?> storage = desk.point.typed(theirs.asSubclass(Storage.class));
      assertThat(theirs.isInstance(storage)).isTrue();
      assertThat(storage.size()).isZero();
    }
    Class<?> theirs = Class.forName(Rooms.class.getName(), true, application);
    Storage<?> storage = desk.point.typed(theirs.asSubclass(Storage.class));
    theirs.getMethod("open", String.class).invoke(storage, "x");
    assertThat(desk.texts().get("x")).contains("room x");
  }

  @Test
  void itFollowsASwapAndEndsWithTheStorage() {
    Rooms rooms = desk.point.typed(Rooms.class);
    rooms.open("a");
    desk.point.replace(() -> desk.mount(new Notebook(desk.clock)), false);
    assertThat(rooms.find("a")).isEmpty();
    desk.point.end("it was removed");
    Failing.with(ErrorCode.CLOSED, () -> rooms.find("a"));
  }
}
