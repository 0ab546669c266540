package io.undercroft.runtime.cdi;

import io.undercroft.storage.event.StorageEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * That the application observes the events of a storage, and what tells the type of its values.
 *
 * @param storage the storage's name
 * @param type the name of a class: the type of the values or, with a method, where that is declared
 * @param method the observer method that says the type; empty if the class itself is the type
 */
record Observation(String storage, String type, String method) {
  private static final String BETWEEN = "\t";

  Observation {
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(method, "method");
  }

  /** Returns it as text, for a parameter of a synthetic bean. */
  String encode() {
    return String.join(BETWEEN, storage, type, method);
  }

  /** Returns what {@link #encode} made text of. */
  static Observation decode(String text) {
    String[] parts = text.split(BETWEEN, 3);
    return new Observation(parts[0], parts[1], parts[2]);
  }

  /** Returns the type of the values. */
  Type valueType(ClassLoader application) {
    Class<?> named;
    try {
      named = Class.forName(type, false, application);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalStateException(
          "class " + type + ", which tells the values of storage '" + storage + "', is gone", e);
    }
    return method.isEmpty()
        ? named
        : Stream.of(named.getDeclaredMethods())
            .filter(declared -> declared.getName().equals(method))
            .flatMap(declared -> observed(declared).stream())
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException(type + "." + method + " observes no storage"));
  }

  private static Optional<Type> observed(Method declared) {
    for (Parameter parameter : declared.getParameters()) {
      boolean isEvent =
          parameter.isAnnotationPresent(Observes.class)
              || parameter.isAnnotationPresent(ObservesAsync.class);
      if (isEvent
          && parameter.getParameterizedType() instanceof ParameterizedType event
          && event.getRawType() == StorageEvent.class) {
        Type values = event.getActualTypeArguments()[0];
        if (values instanceof WildcardType wildcard) {
          Type[] lower = wildcard.getLowerBounds();
          return Optional.of(lower.length > 0 ? lower[0] : wildcard.getUpperBounds()[0]);
        }
        return Optional.of(values);
      }
    }
    return Optional.empty();
  }
}
