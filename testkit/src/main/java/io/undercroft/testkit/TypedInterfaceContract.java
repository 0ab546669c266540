package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.testkit.CorpusOfDocuments.Film;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A user's own interface, which the runtime implements. */
interface TypedInterfaceContract extends Contract {
  /** Films with words of their own. */
  @StorageName(Subject.NAME)
  interface Films extends BatchStorage<Film> {
    /** Stores a film under its title. */
    default String keep(Film film) {
      String key = film.title() + "#" + film.director().born();
      set(key, film);
      return key;
    }

    /** Returns the films of a year. */
    default List<Film> of(int year) {
      try (Stream<Film> all = values()) {
        return all.filter(film -> film.year() == year).toList();
      }
    }
  }

  /** Films on several nodes. */
  @StorageName(Subject.NAME)
  interface SpreadFilms extends DistributedStorage<Film> {}

  @Test
  default void anOwnInterfaceIsTheStorageWithItsDefaultMethods() {
    Films films = subject().undercroft().typed(Films.class);
    Film film = CorpusOfDocuments.films(7, 1).get(0);
    String key = films.keep(film);
    assertThat(films.get(key)).contains(film);
    assertThat(films.of(film.year())).containsExactly(film);
    assertThat(films.of(film.year() + 1)).isEmpty();
    assertThat(films.getMany(List.of(key))).isEqualTo(Map.of(key, film));
    Storage<Film> same = subject().storage(Film.class);
    assertThat(same.get(key)).contains(film);
    assertThat(films.name()).isEqualTo(Subject.NAME);
  }

  @Test
  default void anOwnInterfaceThatAsksForMoreThanThereIsIsRefused() {
    Storage<Film> storage = subject().storage(Film.class);
    Assumptions.assumeFalse(storage.supports(DistributedStorage.class), "it is distributed");
    Throwable refusal = catchThrowable(() -> subject().undercroft().typed(SpreadFilms.class));
    assertThat(refusal).isInstanceOf(StorageException.class);
    assertThat(((StorageException) refusal).code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(refusal.getMessage())
        .contains("DistributedStorage")
        .contains(Subject.NAME)
        .contains(subject().id());
  }
}
