package io.undercroft.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TypedInterfacesTest {
  @RegisterExtension final Application application = new Application();

  public record Chunk(String id, String text) {}

  /** What the documentation shows. */
  @StorageName("chunks")
  public interface ChunkStore extends BatchStorage<Chunk> {
    default void storeChunk(Chunk chunk) {
      set(chunk.id(), chunk);
    }

    default Collection<Chunk> chunks(String... ids) {
      return getMany(List.of(ids)).values();
    }
  }

  @Dependent
  static class Library {
    @Inject ChunkStore chunks;

    @Inject
    @StorageName("chunks")
    ChunkStore byItsOwnName;

    @Inject
    @StorageName("archive")
    ChunkStore archive;

    @Inject Instance<ChunkStore> later;

    @Inject
    @StorageName("chunks")
    Storage<Chunk> plain;
  }

  private Library library() {
    application.config("storages.chunks.type=memory", "storages.archive.type=memory");
    return application.start(Library.class);
  }

  @Test
  void aUsersInterfaceIsImplementedWithItsDefaultMethods() {
    Library library = library();
    library.chunks.storeChunk(new Chunk("1", "once"));
    assertThat(library.chunks.chunks("1", "2")).containsExactly(new Chunk("1", "once"));
    assertThat(library.plain.get("1")).contains(new Chunk("1", "once"));
    assertThat(library.byItsOwnName.get("1")).isPresent();
    assertThat(library.later.get().get("1")).isPresent();
  }

  @Test
  void theNameAtTheInjectionPointWins() {
    Library library = library();
    library.archive.storeChunk(new Chunk("1", "old"));
    assertThat(library.archive.name()).isEqualTo("archive");
    assertThat(library.chunks.name()).isEqualTo("chunks");
    assertThat(library.chunks.has("1")).isFalse();
  }

  /** An interface of the user's own between ours and the one that is asked for. */
  public interface Repository<T> extends Storage<T> {
    default T required(String key) {
      return get(key).orElseThrow();
    }
  }

  public interface Notes extends Repository<Chunk> {}

  @Dependent
  static class Desk {
    @Inject Notes notes;
  }

  @Test
  void withoutANameItIsOnTheDefaultStorage() {
    Notes notes = application.start(Desk.class).notes;
    notes.set("1", new Chunk("1", "note"));
    assertThat(notes.name()).isEqualTo("default");
    assertThat(notes.required("1").text()).isEqualTo("note");
  }

  @ApplicationScoped
  static class Shelf {
    @Produces
    @Typed(Notes.class)
    static Notes notes(Storage<Chunk> chunks) {
      chunks.set("1", new Chunk("1", "produced by the application"));
      return (Notes)
          Proxy.newProxyInstance(
              Notes.class.getClassLoader(),
              new Class<?>[] {Notes.class},
              (proxy, method, arguments) -> method.invoke(chunks, arguments));
    }
  }

  @Test
  void anInterfaceThatTheApplicationMakesItselfIsLeftToIt() {
    application.beans(Shelf.class);
    Notes notes = application.start(Desk.class).notes;
    Optional<Chunk> produced = notes.get("1");
    assertThat(produced).contains(new Chunk("1", "produced by the application"));
  }
}
