package io.undercroft.example.night;

import io.undercroft.storage.event.Subscription;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;

/** The ratings of a room as they come, for as long as a browser listens. */
@Path("rooms/{id}/events")
@RequestScoped
public class RatingEvents {
  @Inject Ratings ratings;
  @Inject Listeners listeners;

  /**
   * Tells {@code ready} when it listens, a {@code rating} for each, and {@code resync} when some
   * were missed and all are to be read again.
   */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void events(@PathParam("id") String room, @Context SseEventSink sink, @Context Sse sse) {
    Subscription watching =
        ratings.watch(
            room,
            () -> listeners.tell(sink, event(sse, "resync", room)),
            rating -> listeners.tell(sink, event(sse, "rating", rating)));
    listeners.add(sink, watching);
    listeners.tell(sink, event(sse, "ready", room));
  }

  private static OutboundSseEvent event(Sse sse, String name, Object data) {
    return sse.newEventBuilder()
        .name(name)
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(data)
        .build();
  }
}
