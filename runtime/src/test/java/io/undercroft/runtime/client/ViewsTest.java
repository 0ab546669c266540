package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Commit;
import io.undercroft.spi.KeyValue;
import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.AsyncIndexedStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionalStorage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who a storage may be, and how it says that it is not. */
class ViewsTest {
  private final Desk desk = Desk.full();
  private final Storage<String> rooms = desk.texts();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  @Test
  void viewsLeadToEachOtherWithoutACast() {
    TransactionalStorage<String> transactional = rooms.batched().observable().transactional();
    transactional.batched().observable().set("a", "1");
    assertThat(transactional.getMany(List.of("a"))).hasSize(1);
    assertThat(rooms.as(BatchStorage.class)).isInstanceOf(BatchStorage.class);
    assertThat(rooms.as(Storage.class)).isSameAs(rooms);
    assertThat(rooms).isNotInstanceOf(BatchStorage.class);
  }

  @Test
  void whatIsThereIsSupportedAndTheRestIsNot() {
    for (Class<?> there :
        List.of(
            Storage.class,
            BatchStorage.class,
            TransactionalStorage.class,
            ObservableStorage.class,
            Notebook.Bookmark.class)) {
      assertThat(rooms.supports(there)).as(there.getName()).isTrue();
    }
    for (Class<?> missing :
        List.of(
            QueryableStorage.class,
            IndexedStorage.class,
            DistributedStorage.class,
            KeyValue.class,
            Commit.class,
            String.class,
            AsyncIndexedStorage.class)) {
      assertThat(rooms.supports(missing)).as(missing.getName()).isFalse();
      StorageException refused = Failing.with(ErrorCode.UNSUPPORTED, () -> rooms.as(missing));
      assertThat(refused.getMessage())
          .contains("plugin notebook 1.0")
          .contains("does not offer " + missing.getSimpleName())
          .contains(
              "offers Storage, BatchStorage, TransactionalStorage, ObservableStorage, Bookmark");
    }
    Failing.with(ErrorCode.UNSUPPORTED, rooms::queryable);
    Failing.with(ErrorCode.UNSUPPORTED, rooms::indexed);
    Failing.with(ErrorCode.UNSUPPORTED, rooms::distributed);
  }

  @Test
  void anAsyncViewHasTheMethodsOfItsStorage() {
    assertThat(rooms.async()).isNotInstanceOf(AsyncBatchStorage.class);
    assertThat(rooms.batched().async()).isNotInstanceOf(AsyncIndexedStorage.class);
  }

  // --- a plugin's own facet

  @Test
  void aPluginsOwnFacetFollowsSwapsAndEndsWithTheStorage() {
    Notebook.Bookmark bookmark = rooms.as(Notebook.Bookmark.class);
    assertThat(bookmark.first()).isEmpty();
    assertThat(bookmark.firstOr("none")).isEqualTo("none");
    rooms.set("a", "1");
    assertThat(bookmark.first()).contains("a");
    assertThat(bookmark).hasToString("Bookmark of storage 'rooms'");
    assertThat(bookmark.equals(bookmark)).isTrue();
    assertThat(bookmark.equals(rooms.as(Notebook.Bookmark.class))).isFalse();
    assertThat(bookmark.hashCode()).isEqualTo(bookmark.hashCode());

    Notebook second = new Notebook(desk.clock);
    desk.point.replace(() -> desk.mount(second), false);
    assertThat(bookmark.first()).isEmpty();

    Notebook third = new Notebook(desk.clock);
    desk.point.replace(() -> desk.mount(third, third.plain()), false);
    Failing.with(ErrorCode.UNSUPPORTED, bookmark::first);
    desk.point.end("it was removed");
    Failing.with(ErrorCode.CLOSED, bookmark::first);
  }

  @Test
  void whatAnOwnFacetThrowsComesOutAndAStorageExceptionWithTheName() {
    Notebook.Bookmark bookmark = rooms.as(Notebook.Bookmark.class);
    assertThatThrownBy(() -> bookmark.fail(new ArithmeticException("its own")))
        .isInstanceOf(ArithmeticException.class);
    Failing.with(
        ErrorCode.STORAGE_FULL,
        () -> bookmark.fail(StorageException.of(ErrorCode.STORAGE_FULL, "no page left")));
    assertThat(bookmark.first()).isEqualTo(Optional.empty());
  }
}
