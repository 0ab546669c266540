package io.undercroft.runtime.cdi;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An annotation with all its defaults, as written without parentheses; {@link Annotation} is kept.
 */
final class DefaultAnnotation implements InvocationHandler {
  private final Class<? extends Annotation> type;
  private final Map<String, Object> members;

  private DefaultAnnotation(Class<? extends Annotation> type, Map<String, Object> members) {
    this.type = type;
    this.members = members;
  }

  /**
   * Makes one.
   *
   * @throws StorageException INVALID_CONFIG if a member has no default
   */
  static Annotation of(Class<? extends Annotation> type) {
    Map<String, Object> members = new TreeMap<>();
    for (Method member : type.getDeclaredMethods()) {
      Object value = member.getDefaultValue();
      if (value == null) {
        throw StorageException.of(
            ErrorCode.INVALID_CONFIG,
            "bindings: "
                + StorageException.quote(type.getName())
                + " has a member without a default, '"
                + member.getName()
                + "'; give it one");
      }
      members.put(member.getName(), value);
    }
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new DefaultAnnotation(type, members)));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws ReflectiveOperationException {
    return switch (method.getName()) {
      case "annotationType" -> type;
      case "equals" -> arguments != null && type.isInstance(arguments[0]) && same(arguments[0]);
      case "hashCode" -> hash();
      case "toString" -> "@" + type.getName() + members;
      default -> members.get(method.getName());
    };
  }

  private boolean same(Object other) throws ReflectiveOperationException {
    for (Method member : type.getDeclaredMethods()) {
      Object mine = members.get(member.getName());
      member.setAccessible(true);
      if (!Arrays.deepEquals(new Object[] {mine}, new Object[] {member.invoke(other)})) {
        return false;
      }
    }
    return true;
  }

  private int hash() {
    int hash = 0;
    for (Map.Entry<String, Object> member : members.entrySet()) {
      int value = Arrays.deepHashCode(new Object[] {member.getValue()}) - 31;
      hash += (127 * member.getKey().hashCode()) ^ value;
    }
    return hash;
  }
}
