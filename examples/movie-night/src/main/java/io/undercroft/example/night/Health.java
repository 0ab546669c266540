package io.undercroft.example.night;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** Whether every storage answers, in the words of MicroProfile Health. */
@Path("health/ready")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class Health {
  @Inject
  @StorageName("rooms")
  Storage<Room> rooms;

  @Inject Ratings ratings;

  /** Returns 200 if all are up, 503 if not. */
  @GET
  public Response ready() {
    JsonArrayBuilder checks = Json.createArrayBuilder();
    boolean up = true;
    for (Storage<?> storage : List.of(rooms, ratings)) {
      JsonObjectBuilder data = Json.createObjectBuilder();
      boolean answers = answers(storage, data);
      up &= answers;
      checks.add(
          Json.createObjectBuilder()
              .add("name", "storage " + storage.name())
              .add("status", status(answers))
              .add("data", data));
    }
    String body =
        Json.createObjectBuilder()
            .add("status", status(up))
            .add("checks", checks)
            .build()
            .toString();
    return Response.status(up ? 200 : 503).entity(body).build();
  }

  private static boolean answers(Storage<?> storage, JsonObjectBuilder data) {
    try {
      data.add("plugin", storage.info().plugin());
      storage.has("-");
      return true;
    } catch (StorageException e) {
      data.add("error", e.code().name());
      return false;
    }
  }

  private static String status(boolean up) {
    return up ? "UP" : "DOWN";
  }
}
