package io.undercroft.runtime.client;

import io.undercroft.spi.Facet;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's own facet as an application holds it: it follows swaps, ends with the storage, and
 * names the storage in failures, as every handle does.
 */
final class OwnFacet<T> implements InvocationHandler {
  private final Operations<T> operations;
  private final Class<? extends Facet> type;

  private OwnFacet(Operations<T> operations, Class<? extends Facet> type) {
    this.operations = operations;
    this.type = type;
  }

  static <T> Object of(Operations<T> operations, Class<? extends Facet> type) {
    return Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, new OwnFacet<>(operations, type));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "equals" -> arguments != null && proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> type.getSimpleName() + " of storage '" + operations.name() + "'";
      };
    }
    Bound<T> current = operations.enter();
    try {
      Object target =
          current
              .facets
              .find(type)
              .orElseThrow(() -> operations.unsupported(current, type.getSimpleName()));
      method.trySetAccessible(); // the interface need not be public
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      throw cause instanceof RuntimeException failure ? operations.failed("", failure) : cause;
    } catch (RuntimeException e) {
      throw operations.failed("", e);
    } finally {
      current.gate.exit();
    }
  }
}
