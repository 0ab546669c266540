package io.undercroft.it.servers;

import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.event.Subscription;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Hears what is written, whoever writes it. */
@Path("heard")
@ApplicationScoped
@Produces(MediaType.TEXT_PLAIN)
public class Listener {
  @Inject ObservableStorage<Room> rooms;

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private @Nullable Subscription subscription;

  /** Begins to listen. */
  @POST
  public synchronized void listen() {
    subscription = rooms.watch("*", change -> heard.add(change.key()));
  }

  /** Returns the keys that were written, in order. */
  @GET
  public String heard() {
    return heard.toString();
  }

  /** Listens no more. */
  @PreDestroy
  public synchronized void stop() {
    if (subscription != null) {
      subscription.close();
    }
  }
}
