package io.undercroft.runtime.client;

import io.undercroft.storage.Storage;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The value type that an interface gives to {@link Storage}, through any number of supertypes. */
final class ValueType {
  private ValueType() {}

  /** Returns the type, or empty if the interface leaves it open. */
  static Optional<Type> of(Class<?> storageInterface) {
    return argument(storageInterface, Map.of()).filter(ValueType::isComplete);
  }

  /** Returns what this type or variable of {@code declaring} means in the interface. */
  static Map<TypeVariable<?>, Type> bindings(Class<?> storageInterface) {
    Map<TypeVariable<?>, Type> all = new HashMap<>();
    collect(storageInterface, all);
    return all;
  }

  private static void collect(Class<?> type, Map<TypeVariable<?>, Type> all) {
    for (Type above : type.getGenericInterfaces()) {
      if (above instanceof ParameterizedType parameterized) {
        bind(parameterized, all);
      }
      collect(rawType(above), all);
    }
  }

  private static void bind(ParameterizedType parameterized, Map<TypeVariable<?>, Type> all) {
    TypeVariable<?>[] variables = rawType(parameterized).getTypeParameters();
    Type[] arguments = parameterized.getActualTypeArguments();
    for (int i = 0; i < variables.length; i++) {
      all.putIfAbsent(variables[i], resolve(arguments[i], all));
    }
  }

  private static Optional<Type> argument(Type type, Map<TypeVariable<?>, Type> known) {
    Class<?> raw = rawType(type);
    Map<TypeVariable<?>, Type> bindings = new HashMap<>(known);
    if (type instanceof ParameterizedType parameterized) {
      bindings.clear();
      TypeVariable<?>[] variables = raw.getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        bindings.put(variables[i], resolve(parameterized.getActualTypeArguments()[i], known));
      }
    }
    if (raw == Storage.class) {
      return Optional.ofNullable(bindings.get(Storage.class.getTypeParameters()[0]));
    }
    for (Type above : raw.getGenericInterfaces()) {
      if (Storage.class.isAssignableFrom(rawType(above))) {
        return argument(above, bindings);
      }
    }
    return Optional.empty();
  }

  static Class<?> rawType(Type type) {
    if (type instanceof Class<?> c) {
      return c;
    } else if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    } else if (type instanceof GenericArrayType array) {
      return rawType(array.getGenericComponentType()).arrayType();
    } else if (type instanceof TypeVariable<?> variable) {
      return rawType(variable.getBounds()[0]);
    } else if (type instanceof WildcardType wildcard) {
      return rawType(wildcard.getUpperBounds()[0]);
    }
    return Object.class;
  }

  /** Puts what is known in the place of variables. */
  static Type resolve(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof TypeVariable<?> variable) {
      return known.getOrDefault(variable, variable);
    } else if (type instanceof ParameterizedType parameterized) {
      Type[] arguments =
          Arrays.stream(parameterized.getActualTypeArguments())
              .map(argument -> resolve(argument, known))
              .toArray(Type[]::new);
      return Arrays.equals(arguments, parameterized.getActualTypeArguments())
          ? parameterized
          : new Resolved(rawType(parameterized), parameterized.getOwnerType(), arguments);
    } else if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType(), known);
      return component instanceof Class<?> c ? c.arrayType() : array;
    }
    return type;
  }

  private static boolean isComplete(Type type) {
    if (type instanceof Class<?>) {
      return true;
    } else if (type instanceof ParameterizedType parameterized) {
      return Arrays.stream(parameterized.getActualTypeArguments()).allMatch(ValueType::isComplete);
    } else if (type instanceof GenericArrayType array) {
      return isComplete(array.getGenericComponentType());
    } else if (type instanceof WildcardType wildcard) {
      return Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
          .flatMap(Arrays::stream)
          .allMatch(ValueType::isComplete);
    }
    return false;
  }

  /** A generic type whose variables were replaced; equal to the JDK's own of the same parts. */
  private static final class Resolved implements ParameterizedType {
    private final Class<?> raw;
    private final @Nullable Type owner;
    private final Type[] arguments;

    Resolved(Class<?> raw, @Nullable Type owner, Type[] arguments) {
      this.raw = raw;
      this.owner = owner;
      this.arguments = arguments;
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ParameterizedType that
          && raw.equals(that.getRawType())
          && Objects.equals(owner, that.getOwnerType())
          && Arrays.equals(arguments, that.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(arguments) ^ Objects.hashCode(owner) ^ raw.hashCode();
    }

    @Override
    public String toString() {
      return raw.getName()
          + Arrays.stream(arguments)
              .map(Type::getTypeName)
              .collect(Collectors.joining(", ", "<", ">"));
    }
  }
}
