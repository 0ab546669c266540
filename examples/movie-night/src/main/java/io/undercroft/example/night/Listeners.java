package io.undercroft.example.night;

import io.undercroft.storage.event.Subscription;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The browsers that listen. One that has gone is noticed when it is told something; when the
 * application ends all are let go, or the server would keep it in mind for their sake.
 */
@ApplicationScoped
public class Listeners {
  private final Map<SseEventSink, Subscription> watching = new ConcurrentHashMap<>();

  void add(SseEventSink sink, Subscription subscription) {
    watching.put(sink, subscription);
  }

  void tell(SseEventSink sink, OutboundSseEvent event) {
    if (sink.isClosed()) {
      end(sink);
      return;
    }
    sink.send(event)
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                end(sink);
              }
            });
  }

  private void end(SseEventSink sink) {
    Subscription subscription = watching.remove(sink);
    if (subscription != null) {
      subscription.close();
    }
    sink.close();
  }

  @PreDestroy
  void letGo() {
    watching.keySet().forEach(this::end);
  }
}
