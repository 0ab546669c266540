package io.undercroft.runtime.discovery;

import java.util.function.Supplier;

/** Work under another context class loader. */
public final class ContextLoader {
  private ContextLoader() {}

  /** Does the work with this context class loader, and puts the old one back whatever happens. */
  public static <T> T call(ClassLoader loader, Supplier<T> work) {
    return callChecked(loader, work::get);
  }

  /** Does the work with this context class loader, and puts the old one back whatever happens. */
  public static void run(ClassLoader loader, Runnable work) {
    callChecked(
        loader,
        () -> {
          work.run();
          return Boolean.TRUE;
        });
  }

  /** Work that may fail in a way of its own. */
  interface Work<T, X extends Exception> {
    T get() throws X;
  }

  static <T, X extends Exception> T callChecked(ClassLoader loader, Work<T, X> work) throws X {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
