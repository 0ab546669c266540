package io.undercroft.it.servers;

import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What code finds that nothing is injected into. */
@Path("current/{storage}")
@Produces(MediaType.TEXT_PLAIN)
public class CurrentResource {
  /** Returns the titles in one of the storages of {@link Undercroft#current}, in order. */
  @GET
  public String titles(@PathParam("storage") String name) {
    Storage<Room> storage = Undercroft.current().storage(name, Room.class);
    return storage.values().map(Room::title).sorted().toList().toString();
  }
}
