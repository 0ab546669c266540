package io.undercroft.runtime.codec;

import jakarta.json.bind.annotation.JsonbCreator;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import jakarta.json.bind.annotation.JsonbTypeDeserializer;
import jakarta.json.bind.annotation.JsonbTypeInfo;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What can be said about a type before a value of it is seen. */
final class Types {
  private Types() {}

  /** Returns the type that a wildcard stands for; any other type as it is. */
  static Type withoutWildcard(Type type) {
    return type instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : type;
  }

  /** Returns the class of a type, unless it is a type variable or an array of a generic type. */
  static Optional<Class<?>> raw(Type type) {
    if (type instanceof Class<?> raw) {
      return Optional.of(raw);
    }
    if (type instanceof ParameterizedType parameterized) {
      return Optional.of((Class<?>) parameterized.getRawType());
    }
    return Optional.empty();
  }

  /** Returns whether the arguments of a type, if it has any, are these classes. */
  static boolean hasArguments(Type type, Class<?>... expected) {
    if (!(type instanceof ParameterizedType parameterized)) {
      return type instanceof Class<?>;
    }
    List<Type> arguments =
        Arrays.stream(parameterized.getActualTypeArguments()).map(Types::withoutWildcard).toList();
    return arguments.equals(Arrays.asList(expected));
  }

  /** Returns the classes of an application in a type, whose mapping can be built at once. */
  static List<Class<?>> mappedClasses(Type type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    collect(type, found);
    return List.copyOf(found);
  }

  private static void collect(Type type, Set<Class<?>> found) {
    if (type instanceof ParameterizedType parameterized) {
      for (Type argument : parameterized.getActualTypeArguments()) {
        collect(argument, found);
      }
    } else if (type instanceof WildcardType) {
      collect(withoutWildcard(type), found);
    } else if (type instanceof GenericArrayType array) {
      collect(array.getGenericComponentType(), found);
    } else if (type instanceof Class<?> raw) {
      JsonbTypeInfo subtypes = raw.getAnnotation(JsonbTypeInfo.class);
      if (subtypes != null) {
        Arrays.stream(subtypes.value()).forEach(one -> collect(one.type(), found));
      }
      if (raw.isArray()) {
        collect(raw.getComponentType(), found);
      } else if (raw.getTypeParameters().length == 0
          && !raw.isInterface()
          && !raw.isEnum()
          && !isPlatform(raw)) {
        found.add(raw);
      }
    }
  }

  /** Returns why JSON-B could never make a value of this class, if no annotation helps it. */
  static Optional<String> unreadable(Class<?> raw) {
    if (isPlatform(raw)
        || raw.isEnum()
        || raw.isRecord()
        || raw.isArray()
        || Stream.of(JsonbTypeInfo.class, JsonbTypeAdapter.class, JsonbTypeDeserializer.class)
            .anyMatch(raw::isAnnotationPresent)) {
      return Optional.empty();
    }
    if (Stream.concat(
            Arrays.<Executable>stream(raw.getDeclaredConstructors()),
            Arrays.<Executable>stream(raw.getDeclaredMethods()))
        .anyMatch(Types::isCreator)) {
      return Optional.empty();
    }
    if (raw.isInterface() || Modifier.isAbstract(raw.getModifiers())) {
      return Optional.of(
          "is abstract, so that nothing says which class to make; annotate it with @JsonbTypeInfo");
    }
    if (Arrays.stream(raw.getDeclaredConstructors()).anyMatch(c -> c.getParameterCount() == 0)) {
      return Optional.empty();
    }
    if (raw.isMemberClass() && !Modifier.isStatic(raw.getModifiers())) {
      return Optional.of("is an inner class, which needs an object around it; make it static");
    }
    return Optional.of(
        "has no constructor without parameters; add one, annotate another with @JsonbCreator, or"
            + " make it a record");
  }

  private static boolean isCreator(AnnotatedElement made) {
    return made.isAnnotationPresent(JsonbCreator.class)
        || Arrays.stream(made.getAnnotations())
            .anyMatch(a -> a.annotationType().getSimpleName().equals("ConstructorProperties"));
  }

  /** Returns whether a class is the JDK's or Jakarta's, not an application's. */
  static boolean isPlatform(Class<?> raw) {
    String name = raw.getName();
    return raw.isPrimitive()
        || name.startsWith("java.")
        || name.startsWith("javax.")
        || name.startsWith("jakarta.");
  }
}
