package io.undercroft.runtime.cdi;

import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.StorageEvent;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.spi.Annotated;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanContainer;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import java.lang.annotation.Annotation;
import java.lang.reflect.Member;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of storages, led to the application's observer methods. One has a parameter such as
 * {@code @Observes @StorageName("rooms") StorageEvent<Room> event}; without {@code @StorageName} it
 * hears of every storage that is asked for with this type of values, and with {@code
 * StorageEvent<?>} of all.
 *
 * <p>An observer is called where a handler would be: before and after an operation on its thread,
 * where one that throws before it is a veto; for a change on a thread of the runtime. What is
 * observed asynchronously hears of everything but what is about to be done.
 *
 * <p>A storage that nobody observes has no handler. One that is observed is watched, and calls its
 * observers for every moment, reads too.
 */
final class EventBridge {
  private static final Set<EventType> BEFORE =
      EnumSet.of(EventType.BEFORE_GET, EventType.BEFORE_SET, EventType.BEFORE_DELETE);

  private final Undercroft undercroft;
  private final BeanManager container;
  private final Consumer<CreationalContext<?>> contexts;

  /**
   * Makes a bridge.
   *
   * @param contexts is given what destroys the events' beans
   * @throws IllegalStateException if the container cannot give out an event of a type that is only
   *     known now
   */
  EventBridge(
      Undercroft undercroft, BeanContainer container, Consumer<CreationalContext<?>> contexts) {
    this.undercroft = undercroft;
    this.contexts = contexts;
    if (!(container instanceof BeanManager full)) {
      throw new IllegalStateException(
          "this container has no BeanManager, which observers of storages need; use"
              + " ObservableStorage.on");
    }
    this.container = full;
  }

  /** Leads the events of one storage to their observers, until the storage ends. */
  void lead(Observation observed, ClassLoader application) {
    Type values = observed.valueType(application);
    Event<StorageEvent<Object>> event = event(observed.storage(), values);
    @SuppressWarnings("unchecked") // the observers take what they have declared
    TypeRef<Object> type = (TypeRef<Object>) TypeRef.of(values);
    ObservableStorage<Object> storage = undercroft.storage(observed.storage(), type).observable();
    for (EventType moment : EventType.values()) {
      storage.on(moment, told -> tell(event, told));
    }
  }

  private static void tell(Event<StorageEvent<Object>> event, StorageEvent<Object> told) {
    event.fire(told);
    if (!BEFORE.contains(told.type())) {
      event.fireAsync(told);
    }
  }

  @SuppressWarnings("unchecked") // an Event<StorageEvent<…>> is what the injection point asks for
  private Event<StorageEvent<Object>> event(String storage, Type values) {
    CreationalContext<?> context = container.createCreationalContext(null);
    contexts.accept(context);
    Type event = new Applied(Event.class, new Applied(StorageEvent.class, values));
    return (Event<StorageEvent<Object>>)
        container.getInjectableReference(
            new Asked(event, Set.of(StorageName.Literal.of(storage))), context);
  }

  /** A generic class with its argument. */
  private record Applied(Class<?> generic, Type argument) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return new Type[] {argument};
    }

    @Override
    public Type getRawType() {
      return generic;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return generic.getDeclaringClass();
    }

    @Override
    public String getTypeName() {
      return generic.getName() + "<" + argument.getTypeName() + ">";
    }
  }

  /** A place that asks for something, and stands in no class. */
  private record Asked(Type type, Set<Annotation> qualifiers) implements InjectionPoint {
    @Override
    public Type getType() {
      return type;
    }

    @Override
    public Set<Annotation> getQualifiers() {
      return qualifiers;
    }

    @Override
    public @Nullable Bean<?> getBean() {
      return null;
    }

    @Override
    public @Nullable Member getMember() {
      return null;
    }

    @Override
    public @Nullable Annotated getAnnotated() {
      return null;
    }

    @Override
    public boolean isDelegate() {
      return false;
    }

    @Override
    public boolean isTransient() {
      return false;
    }
  }
}
