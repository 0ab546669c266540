package io.undercroft.runtime.cdi;

import io.undercroft.runtime.lifecycle.WrapperSource;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.Binding;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Undercroft;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanContainer;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Prioritized;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what was opened at deployment when the application starts, and finds the beans that
 * are layers. Its observer is also what keeps a container from leaving out the beans of this
 * package because nobody seems to use them.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
@ApplicationScoped
public class StorageKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(StorageKeeper.class);

  /** What the classes of lambdas and of containers' subclasses make no id of. */
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*");

  @Inject @Any Instance<Wrapper> wrappers;
  @Inject @Any Instance<Principal> principals;
  @Inject BeanContainer container;
  @Inject Undercroft undercroft;

  private final Queue<CreationalContext<?>> contexts = new ConcurrentLinkedQueue<>();
  private final Queue<Binding> bindings = new ConcurrentLinkedQueue<>();

  /** The server's own, once it is known that there is one. */
  private volatile @Nullable Principal containers;

  /** For the container. */
  public StorageKeeper() {}

  /**
   * Takes over, checks what could not be checked before there were beans, and lets observers hear.
   *
   * @throws DeploymentException with every problem, after everything was closed again
   */
  public void start(
      @Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) Startup event,
      Checks checks,
      Observations observations) {
    Problems problems = new Problems();
    checks.run(undercroft, name -> true, problems);
    if (!problems.isEmpty()) {
      undercroft.close();
      throw problems.toException();
    }
    bindings.add(undercroft.bind(Opened.application()));
    bindings.add(Binding.toContainer(StorageKeeper::ofCaller));
    observe(observations);
    LOG.debug("storages {} are there to be injected", undercroft.names());
  }

  /** Asks the container that the calling thread is in, which may be that of a WAR in an EAR. */
  private static Optional<Undercroft> ofCaller() {
    try {
      Instance<Undercroft> found = CDI.current().select(Undercroft.class);
      return found.isResolvable() ? Optional.of(found.get()) : Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.empty(); // a thread outside of every application
    }
  }

  private void observe(Observations observations) {
    if (observations.all().isEmpty()) {
      return;
    }
    EventBridge bridge = new EventBridge(undercroft, container, contexts::add);
    for (Observation observed : observations.all()) {
      try {
        bridge.lead(observed, Opened.application());
      } catch (StorageException e) {
        LOG.warn("storage '{}' cannot be observed", observed.storage(), e);
      }
    }
  }

  /** Destroys the interceptors, and binds nothing to the application any more. */
  @PreDestroy
  public void stop() {
    contexts.forEach(CreationalContext::release);
    bindings.forEach(Binding::close);
  }

  /**
   * Returns the name of the container's {@link Principal} on this thread: that of Jakarta Security
   * in a server, or of a bean of the application's own. Empty where there is none.
   */
  public Optional<String> principal() {
    try {
      @Nullable Principal own = containers;
      @Nullable String name = own != null ? own.getName() : ask();
      return Optional.ofNullable(name).filter(text -> !text.isEmpty());
    } catch (RuntimeException e) {
      LOG.debug("the container tells no principal on this thread", e);
      return Optional.empty();
    }
  }

  /**
   * Asks for the bean. That of a server refuses to be destroyed, and is one for all: when it is
   * asked for its name, it tells that of the calling thread.
   */
  private @Nullable String ask() {
    Instance<Principal> found = principals.select(Default.Literal.INSTANCE);
    if (!found.isResolvable()) {
      return null;
    }
    Instance.Handle<Principal> handle = found.getHandle();
    @Nullable Principal principal = handle.get();
    @Nullable String name = principal == null ? null : principal.getName();
    try {
      handle.close();
    } catch (UnsupportedOperationException e) {
      containers = principal;
    }
    return name;
  }

  /** Returns the application's only bean of a type, if it has one. */
  <B> Optional<B> bean(Class<B> type) {
    Instance<B> found = container.createInstance().select(type, Default.Literal.INSTANCE);
    return found.isResolvable() ? Optional.of(found.get()) : Optional.empty();
  }

  /** Tells an event to the application's observers of a storage, on this thread and later. */
  public void tell(String storage, Object event) {
    Event<Object> told = container.getEvent().select(StorageName.Literal.of(storage));
    told.fire(event);
    told.fireAsync(event);
  }

  /** Returns the interceptors that are bound to this storage, as one. */
  public WrapperSource.Named interceptors(
      String storage, List<String> bindings, ClassLoader application) {
    Storage<Object> target = undercroft.storage(storage, Object.class);
    Wrapper bridge = BoundInterceptors.of(container, bindings, application, target, contexts::add);
    return new WrapperSource.Named(bridge.id() + " (" + String.join(", ", bindings) + ")", bridge);
  }

  /** Returns the beans that are wrapped around this storage, outermost first. */
  public List<WrapperSource.Named> wrappers(String storage) {
    Map<Bean<?>, Instance.Handle<Wrapper>> beans = new LinkedHashMap<>();
    for (Instance.Handle<Wrapper> handle :
        wrappers.select(StorageName.Literal.of(storage)).handles()) {
      beans.put(handle.getBean(), handle);
    }
    if (storage.equals(StorageName.DEFAULT)) {
      for (Instance.Handle<Wrapper> handle : wrappers.select(Default.Literal.INSTANCE).handles()) {
        if (!handle.getBean().getScope().equals(Dependent.class)) {
          beans.put(handle.getBean(), handle);
        }
      }
    }
    List<Instance.Handle<Wrapper>> found = new ArrayList<>(beans.values());
    found.sort(
        Comparator.<Instance.Handle<Wrapper>>comparingInt(handle -> priority(handle.getBean()))
            .thenComparing(handle -> handle.getBean().getBeanClass().getName()));
    return found.stream().map(StorageKeeper::named).toList();
  }

  private static WrapperSource.Named named(Instance.Handle<Wrapper> handle) {
    Wrapper wrapper = handle.get();
    String id = wrapper.id();
    return new WrapperSource.Named(
        ID.matcher(id).matches() ? id : handle.getBean().getBeanClass().getSimpleName(), wrapper);
  }

  private static int priority(Bean<?> bean) {
    if (bean instanceof Prioritized prioritized) {
      return prioritized.getPriority();
    }
    Priority declared = bean.getBeanClass().getAnnotation(Priority.class);
    return declared == null ? Interceptor.Priority.APPLICATION : declared.value();
  }
}
