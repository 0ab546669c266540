package io.undercroft.it.servers;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.Query;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.RuntimeDelegate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rooms under their keys, in memory or in a folder. */
@Path("{place:memory|folder}")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class RoomsResource {
  private static final RuntimeDelegate.HeaderDelegate<EntityTag> TAGS =
      RuntimeDelegate.getInstance().createHeaderDelegate(EntityTag.class);

  @Inject Storage<Room> memory;

  @Inject
  @StorageName("folder")
  Storage<Room> folder;

  private Storage<Room> at(String place) {
    return place.equals("memory") ? memory : folder;
  }

  /** Returns a room with its version as the entity tag. */
  @GET
  @Path("{key}")
  public Response get(@PathParam("place") String place, @PathParam("key") String key) {
    Optional<Entry<Room>> found = at(place).entry(key);
    return found
        .map(entry -> Response.ok(entry.value()).tag(new EntityTag(entry.version())).build())
        .orElseGet(() -> Response.status(Response.Status.NOT_FOUND).build());
  }

  /** Writes a room; with If-Match only over the version that it names. */
  @PUT
  @Path("{key}")
  public Response put(
      @PathParam("place") String place,
      @PathParam("key") String key,
      @HeaderParam("If-Match") @Nullable String expected,
      Room room) {
    try {
      SetOptions how =
          expected == null
              ? SetOptions.none()
              : SetOptions.ifVersion(TAGS.fromString(expected).getValue());
      Entry<Room> written = at(place).set(key, room, how);
      return Response.noContent().tag(new EntityTag(written.version())).build();
    } catch (StorageException e) {
      if (e.code() == ErrorCode.VERSION_CONFLICT) {
        return Response.status(Response.Status.PRECONDITION_FAILED).build();
      }
      throw e;
    }
  }

  /** Removes a room. */
  @DELETE
  @Path("{key}")
  public Response delete(@PathParam("place") String place, @PathParam("key") String key) {
    return Response.status(
            at(place).delete(key) ? Response.Status.NO_CONTENT : Response.Status.NOT_FOUND)
        .build();
  }

  /** Returns the titles of the rooms that somebody is in. */
  @GET
  public List<String> titles(
      @PathParam("place") String place, @QueryParam("member") String member) {
    Query query = Query.where(Field.field("members").eq(member));
    return at(place).queryable().findMany(query).stream().map(Room::title).toList();
  }

  /** Returns the stack of a storage, as it says itself. */
  @GET
  @Path("{key}/stack")
  @Produces(MediaType.TEXT_PLAIN)
  public String stack(@PathParam("place") String place) {
    return Stream.concat(Stream.of(at(place).info().plugin()), at(place).info().layers().stream())
        .toList()
        .toString();
  }
}
