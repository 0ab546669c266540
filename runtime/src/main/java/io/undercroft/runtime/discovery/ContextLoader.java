package io.undercroft.runtime.discovery;

import java.util.function.Supplier;

/** Work under another context class loader. */
public final class ContextLoader {
  private ContextLoader() {}

  /** Does the work with this context class loader, and puts the old one back whatever happens. */
  public static <T> T call(ClassLoader loader, Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Does the work with this context class loader, and puts the old one back whatever happens. */
  public static void run(ClassLoader loader, Runnable work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      work.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
