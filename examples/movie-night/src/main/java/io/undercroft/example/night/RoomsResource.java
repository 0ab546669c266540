package io.undercroft.example.night;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.RuntimeDelegate;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rooms, and the ratings in them. The entity tag of a room is its version in the storage. */
@Path("rooms")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class RoomsResource {
  /** Old rooms go away by themselves. */
  private static final Duration LIFE = Duration.ofDays(7);

  private static final RuntimeDelegate.HeaderDelegate<EntityTag> TAGS =
      RuntimeDelegate.getInstance().createHeaderDelegate(EntityTag.class);

  @Inject
  @StorageName("rooms")
  Storage<Room> rooms;

  @Inject Ratings ratings;

  /** Returns the rooms by their ids. */
  @GET
  public Map<String, Room> all() {
    Map<String, Room> all = new TreeMap<>();
    try (Stream<Entry<Room>> entries = rooms.entries()) {
      entries.forEach(entry -> all.put(entry.key(), entry.value()));
    }
    return all;
  }

  /** Opens a room; its id is made of its name. */
  @POST
  public Response open(@Valid @NotNull Room room, @Context UriInfo uri) {
    String id = id(Objects.requireNonNull(room.name()));
    try {
      Entry<Room> opened = rooms.set(id, room, SetOptions.ifAbsent().andExpiresIn(LIFE));
      return Response.created(uri.getAbsolutePathBuilder().path(id).build())
          .tag(opened.version())
          .entity(Map.of("id", id))
          .build();
    } catch (StorageException e) {
      if (e.code() == ErrorCode.VERSION_CONFLICT) {
        return Problem.of(Response.Status.CONFLICT, "There is a room '" + id + "' already.");
      }
      throw e;
    }
  }

  /** Makes of "Friday's Movies!" "friday-s-movies". */
  private static String id(String name) {
    String plain = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    String id = plain.replaceAll("\\p{M}", "").replaceAll("[^\\p{L}\\p{N}]+", "-");
    String trimmed = id.replaceAll("^-|-$", "");
    return trimmed.isEmpty() ? "room" : trimmed;
  }

  /** Returns a room. */
  @GET
  @Path("{id}")
  public Response room(@PathParam("id") String id) {
    Entry<Room> entry = entry(id);
    return Response.ok(entry.value()).tag(entry.version()).build();
  }

  private Entry<Room> entry(String id) {
    return rooms.entry(id).orElseThrow(() -> new NotFoundException("There is no room " + id));
  }

  /** Changes a room; with If-Match only the version that it names. */
  @PUT
  @Path("{id}")
  public Response change(
      @PathParam("id") String id,
      @HeaderParam("If-Match") @Nullable String expected,
      @Valid @NotNull Room room) {
    String version = expected == null ? entry(id).version() : TAGS.fromString(expected).getValue();
    try {
      Entry<Room> changed = rooms.set(id, room, SetOptions.ifVersion(version).andExpiresIn(LIFE));
      return Response.noContent().tag(changed.version()).build();
    } catch (StorageException e) {
      if (e.code() == ErrorCode.VERSION_CONFLICT) {
        return Problem.of(
            Response.Status.PRECONDITION_FAILED, "Somebody has changed the room meanwhile.");
      }
      throw e;
    }
  }

  /** Closes a room. */
  @DELETE
  @Path("{id}")
  public Response close(@PathParam("id") String id) {
    entry(id);
    rooms.delete(id);
    return Response.noContent().build();
  }

  /** Returns what was rated in a room. */
  @GET
  @Path("{id}/ratings")
  public List<Rating> ratings(@PathParam("id") String id) {
    entry(id);
    return ratings.of(id);
  }

  /** Sets what somebody thinks of a film. */
  @PUT
  @Path("{id}/ratings")
  public Response rate(@PathParam("id") String id, @Valid @NotNull Rating rating) {
    entry(id);
    ratings.rate(id, rating);
    return Response.noContent().build();
  }
}
