package io.undercroft.runtime.cdi.redeployed;

import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.event.Subscription;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts the application, uses what it has, and ends it. */
public final class Start implements Runnable {
  /** Uses everything that may hold on to a class. */
  @Dependent
  public static class Guest {
    @Inject Storage<Room> storage;
    @Inject RoomStore rooms;

    @Inject
    @StorageName("rooms")
    CountingAround counting;

    @Inject
    @StorageName("rooms")
    ObservableStorage<Room> observable;

    void visit() throws InterruptedException {
      CountDownLatch seen = new CountDownLatch(1);
      Subscription subscription = observable.watch("*", change -> seen.countDown());
      rooms.open("attic");
      storage.set("attic", new Room("Attic"));
      require(rooms.async().get("attic").toCompletableFuture().join().isPresent(), "async() reads");
      require(seen.await(10, TimeUnit.SECONDS), "watch() tells");
      require(counting.calls() > 1, "the bean is in the stack");
      require(subscription.isActive(), "the subscription is left to the end of the application");
    }

    private static void require(boolean holds, String what) {
      if (!holds) {
        throw new IllegalStateException("not so: " + what);
      }
    }
  }

  @Override
  public void run() {
    SeContainerInitializer initializer =
        SeContainerInitializer.newInstance()
            .setClassLoader(Start.class.getClassLoader())
            // Weld's hook would hold on to the first loader until the JVM ends
            .addProperty("org.jboss.weld.se.shutdownHook", false)
            .addBeanClasses(Guest.class, CountingAround.class);
    try (SeContainer container = initializer.initialize()) {
      container.select(Guest.class).get().visit();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}
