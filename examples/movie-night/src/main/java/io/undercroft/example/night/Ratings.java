package io.undercroft.example.night;

import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.Subscription;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The ratings of all rooms. The runtime implements this interface on the storage {@code ratings},
 * whatever its backend; one person has one rating of a film in a room.
 */
@StorageName("ratings")
public interface Ratings extends ObservableStorage<Rating> {
  /** Sets what somebody thinks of a film. */
  default void rate(String room, Rating rating) {
    Objects.requireNonNull(rating.film());
    set(under(room) + rating.film() + "/" + rating.by(), rating);
  }

  /** Returns what was rated in a room, by film and person. */
  default List<Rating> of(String room) {
    try (Stream<String> keys = keys(under(room))) {
      return keys.sorted().flatMap(key -> get(key).stream()).toList();
    }
  }

  /** Tells of every rating in a room from now on, whoever gives it. */
  default Subscription watch(String room, Runnable missed, Consumer<Rating> handler) {
    String prefix = under(room);
    return watch(
        "*",
        (Change<Rating> change) -> {
          switch (change.type()) {
            case SET -> {
              if (change.key().startsWith(prefix)) {
                change.newValue().ifPresent(handler);
              }
            }
            case RESYNC -> missed.run();
            default -> {} // nobody takes a rating back
          }
        });
  }

  private static String under(String room) {
    return room + "/";
  }
}
