package io.undercroft.runtime.client;

import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.StorageEvent;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.event.WatchOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** A handle with events and watch. */
final class ObservableHandle<T> extends StorageHandle<T> implements ObservableStorage<T> {
  ObservableHandle(Operations<T> operations) {
    super(operations);
  }

  @Override
  public Subscription on(EventType type, Consumer<StorageEvent<T>> handler) {
    Objects.requireNonNull(handler, "handler");
    if (type == EventType.CHANGE) {
      return watch(WatchOptions.all(), change -> handler.accept(event(change)));
    }
    operations().look(); // a closed storage takes no handlers
    return operations().point().hooks().add(type, operations().valueType(), handler);
  }

  private StorageEvent<T> event(Change<T> change) {
    return new StorageEvent<>(
        EventType.CHANGE,
        name(),
        change.key(),
        change.newValue(),
        change.timestamp(),
        Optional.of(change),
        Optional.empty());
  }

  @Override
  public void off(Subscription subscription) {
    subscription.close();
  }

  @Override
  public Subscription watch(WatchOptions options, Consumer<Change<T>> handler) {
    Feed<T> feed = new Feed<>(operations(), options, new Feed.ToHandler<>(name(), handler));
    feed.begin();
    return feed;
  }

  @Override
  public Flow.Publisher<Change<T>> changes(WatchOptions options) {
    KeyFilter.of(options); // a wrong pattern is this call's mistake, not the subscriber's
    return subscriber -> {
      Objects.requireNonNull(subscriber, "subscriber");
      new Feed<>(operations(), options, new Feed.ToSubscriber<>(name(), subscriber)).beginOrFail();
    };
  }
}
