package io.undercroft.storage;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;

/**
 * A generic type as a value: {@code new TypeRef<List<Room>>() {}}.
 *
 * <p><b>Threads:</b> immutable.
 */
public abstract class TypeRef<T> {
  private final Type type;

  /** Takes the type from the subclass's declaration. */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
      throw new IllegalStateException(
          "write new TypeRef<YourType>() {} with the type between the angle brackets");
    }
    this.type = Objects.requireNonNull(parameterized.getActualTypeArguments()[0]);
  }

  private TypeRef(Type type) {
    this.type = Objects.requireNonNull(type, "type");
  }

  /** Returns a type that is known only while running: from an injection point, from reflection. */
  public static TypeRef<?> of(Type type) {
    return new Known(type);
  }

  /** Returns the type between the angle brackets. */
  public final Type type() {
    return type;
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }

  private static final class Known extends TypeRef<Object> {
    Known(Type type) {
      super(type);
    }
  }
}
