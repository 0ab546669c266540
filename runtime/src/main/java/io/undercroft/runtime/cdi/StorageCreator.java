package io.undercroft.runtime.cdi;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanCreator;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Provider;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes the handle for one injection point, with the type of values that it says. */
public final class StorageCreator implements SyntheticBeanCreator<Object> {
  static final String STORAGE = "storage";
  static final String HANDLE = "handle";

  /** For the container. */
  public StorageCreator() {}

  @Override
  public Object create(Instance<Object> lookup, Parameters parameters) {
    String name = parameters.get(STORAGE, String.class);
    InjectionPoint point = lookup.select(InjectionPoint.class).get();
    Type values = values(point);
    if (isOpen(values)) {
      throw StorageException.of(
              ErrorCode.INVALID_CONFIG,
              "injection point "
                  + point
                  + " leaves the type of the values open; say it, as in Storage<Room>")
          .in(name);
    }
    @SuppressWarnings("unchecked") // the container gives it to an injection point of this very type
    Storage<Object> storage =
        Beans.find(lookup, Undercroft.class).storage(name, (TypeRef<Object>) TypeRef.of(values));
    return Handle.valueOf(parameters.get(HANDLE, String.class)).of(storage);
  }

  /** Returns what stands between the angle brackets; Object where nothing does. */
  private static Type values(@Nullable InjectionPoint point) {
    if (point == null || !(wanted(point.getType()) instanceof ParameterizedType storage)) {
      return Object.class;
    }
    Type argument = storage.getActualTypeArguments()[0];
    if (argument instanceof WildcardType wildcard) {
      Type[] lower = wildcard.getLowerBounds();
      return lower.length > 0 ? lower[0] : wildcard.getUpperBounds()[0];
    }
    return argument;
  }

  /** Some containers tell the point itself, some what is looked up through it. */
  private static Type wanted(Type declared) {
    return declared instanceof ParameterizedType dynamic
            && (dynamic.getRawType() == Instance.class || dynamic.getRawType() == Provider.class)
        ? dynamic.getActualTypeArguments()[0]
        : declared;
  }

  private static boolean isOpen(Type type) {
    return type instanceof TypeVariable<?>
        || (type instanceof GenericArrayType array && isOpen(array.getGenericComponentType()))
        || (type instanceof ParameterizedType parameterized
            && Arrays.stream(parameterized.getActualTypeArguments())
                .anyMatch(StorageCreator::isOpen));
  }
}
