package io.undercroft.runtime.cdi;

import jakarta.enterprise.concurrent.ContextService;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.naming.NoInitialContextException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's threads and the contexts of its applications, by the defaults of Jakarta Concurrency
 * 3.0 (Jakarta EE 10): {@code java:comp/DefaultManagedThreadFactory} and {@code
 * java:comp/DefaultContextService}. Until they are found, threads are plain and carry nothing.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class ServerThreads {
  private static final Logger LOG = LoggerFactory.getLogger(ServerThreads.class);
  private static final String THREADS = "java:comp/DefaultManagedThreadFactory";
  private static final String CONTEXTS = "java:comp/DefaultContextService";
  private static final Executor PLAIN = Runnable::run;

  private volatile ThreadFactory threads = Thread::new;
  private volatile Supplier<Executor> contexts = () -> PLAIN;

  private ServerThreads() {}

  /** Returns what may be found once the application runs; empty where there are no names at all. */
  static Optional<ServerThreads> expected() {
    try {
      lookUp(THREADS);
    } catch (NoInitialContextException e) {
      return Optional.empty();
    } catch (NamingException e) {
      LOG.debug("{} is not there at deployment", THREADS, e);
    }
    return Optional.of(new ServerThreads());
  }

  /** Looks them up, for the application on whose behalf this thread runs. */
  void find() {
    try {
      if (lookUp(THREADS) instanceof ThreadFactory found) {
        threads = found;
      }
      contexts = Contexts.of(lookUp(CONTEXTS));
    } catch (NamingException | LinkageError e) {
      LOG.debug("this server has no whole Jakarta Concurrency 3.0; threads of our own do", e);
    }
  }

  @SuppressWarnings("BanJNDI") // fixed names in the container's own space
  private static @Nullable Object lookUp(String name) throws NamingException {
    return InitialContext.doLookup(name);
  }

  /** Apart, as there need not be such a class. */
  private static final class Contexts {
    static Supplier<Executor> of(@Nullable Object found) {
      return found instanceof ContextService service
          ? service::currentContextExecutor
          : () -> PLAIN;
    }
  }

  Thread newThread(Runnable task) {
    return threads.newThread(task);
  }

  /** Takes the context of the calling thread. */
  Executor context() {
    try {
      return contexts.get();
    } catch (IllegalStateException e) {
      LOG.debug("this thread runs for no application", e);
      return PLAIN;
    }
  }
}
