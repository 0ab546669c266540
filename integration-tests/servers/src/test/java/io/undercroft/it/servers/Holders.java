package io.undercroft.it.servers;

import io.undercroft.storage.Storage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** What a storage is injected into, but for the enterprise beans, and a resource to ask all. */
public final class Holders {
  private Holders() {}

  /** Has the storage. */
  public interface Holder {
    /** Returns it as it was injected. */
    Storage<Room> rooms();
  }

  /** Lives as long as a request. */
  @RequestScoped
  public static class OfRequest implements Holder {
    @Inject Storage<Room> rooms;

    @Override
    public Storage<Room> rooms() {
      return rooms;
    }
  }

  /** Lives as long as a session, and may be put aside in between. */
  @SessionScoped
  public static class OfSession implements Holder, Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    @SuppressWarnings("serial") // it does not go along; no session is put aside here
    Storage<Room> rooms;

    private int uses;

    @Override
    public Storage<Room> rooms() {
      uses++;
      return rooms;
    }

    /** Returns how often this session has used the storage. */
    public int uses() {
      return uses;
    }
  }

  /** Lives as long as the application. */
  @ApplicationScoped
  public static class OfApplication implements Holder {
    @Inject Storage<Room> rooms;

    @Override
    public Storage<Room> rooms() {
      return rooms;
    }
  }

  /** Asks them, or the storage that is injected here. */
  @Path("{holder:resource|request|session|application|pooled|single}/{key}")
  @RequestScoped
  public static class Resource {
    @Inject Storage<Room> rooms;
    @Inject OfRequest ofRequest;
    @Inject OfSession ofSession;
    @Inject OfApplication ofApplication;
    @Inject Pooled pooled;
    @Inject Single single;

    private Storage<Room> of(String holder) {
      return switch (holder) {
        case "request" -> ofRequest.rooms();
        case "session" -> ofSession.rooms();
        case "application" -> ofApplication.rooms();
        case "pooled" -> pooled.rooms();
        case "single" -> single.rooms();
        default -> rooms;
      };
    }

    /** Returns a title, and how often the session was asked. */
    @GET
    public String title(@PathParam("holder") String holder, @PathParam("key") String key) {
      return Holders.title(of(holder), key) + " " + ofSession.uses();
    }

    /** Writes a room. */
    @PUT
    public void write(
        @PathParam("holder") String holder, @PathParam("key") String key, String title) {
      Holders.write(of(holder), key, title);
    }
  }

  /** What the container makes and is no bean. */
  @WebServlet("/api/servlet/*")
  public static class OfContainer extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject transient Storage<Room> rooms;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().write(title(rooms, key(request)));
    }

    @Override
    protected void doPut(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      write(rooms, key(request), request.getReader().readLine());
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private static String key(HttpServletRequest request) {
      return request.getPathInfo().substring(1);
    }
  }

  private static String title(Storage<Room> rooms, String key) {
    return rooms.get(key).map(Room::title).orElse("none");
  }

  private static void write(Storage<Room> rooms, String key, String title) {
    rooms.set(key, new Room(title, List.of()));
  }
}
