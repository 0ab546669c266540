package io.undercroft.it.servers;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Subscription;
import jakarta.enterprise.concurrent.ManageableThread;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Tells what the application's code finds around it, wherever a storage calls it. */
@Path("citizen")
@RequestScoped
@Produces(MediaType.TEXT_PLAIN)
public class Citizen {
  private static final Room ROOM = new Room("Friday", List.of("Ann"));

  @Inject Storage<Room> rooms;
  @Inject SecurityContext security;

  /** What is found in this request. */
  @GET
  @Path("request")
  public String request() {
    return here();
  }

  /** What is found in the work of an asynchronous call. */
  @GET
  @Path("async")
  public String async() throws Exception {
    CompletableFuture<String> found = new CompletableFuture<>();
    return rooms
        .async()
        .update(
            "async",
            now -> {
              found.complete(here());
              return Optional.of(ROOM);
            })
        .thenCompose(done -> found)
        .toCompletableFuture()
        .get(1, TimeUnit.MINUTES);
  }

  /** What is found in the handler of a watch that this request begins. */
  @GET
  @Path("watch")
  public String watch() throws Exception {
    CompletableFuture<String> found = new CompletableFuture<>();
    Subscription watch = rooms.observable().watch("watch", change -> found.complete(here()));
    try {
      rooms.set("watch", ROOM);
      return found.get(1, TimeUnit.MINUTES);
    } finally {
      watch.close();
    }
  }

  /** What becomes of a write that cannot join the transaction of this request. */
  @GET
  @Path("transaction")
  @Transactional
  public String transaction() {
    try {
      rooms.set("transaction", ROOM);
      return "written";
    } catch (StorageException e) {
      return e.code().name();
    }
  }

  private String here() {
    Thread thread = Thread.currentThread();
    return "application "
        + application()
        + ", loader "
        + (thread.getContextClassLoader() == Citizen.class.getClassLoader() || loads(thread))
        + ", caller "
        + caller()
        + "; thread "
        + (thread instanceof ManageableThread ? "managed" : "plain");
  }

  @SuppressWarnings("BanJNDI") // a name of the specification
  private static String application() {
    try {
      return InitialContext.doLookup("java:app/AppName").toString();
    } catch (NamingException e) {
      return e.toString();
    }
  }

  private static boolean loads(Thread thread) {
    try {
      return Class.forName(Citizen.class.getName(), false, thread.getContextClassLoader())
          == Citizen.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private String caller() {
    Principal principal = security.getCallerPrincipal();
    return principal == null ? "nobody" : principal.getName();
  }
}
