package io.undercroft.runtime.cdi;

import jakarta.enterprise.lang.model.types.ParameterizedType;
import jakarta.enterprise.lang.model.types.Type;
import jakarta.enterprise.lang.model.types.WildcardType;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Names of types as {@link java.lang.reflect.Type#getTypeName} gives them, without loading a class:
 * a container that works at build time has none to load.
 */
final class TypeNames {
  private static final String OBJECT = Object.class.getName();

  private TypeNames() {}

  static String of(Type type) {
    return switch (type.kind()) {
      case CLASS -> type.asClass().declaration().name();
      case PARAMETERIZED_TYPE -> of(type.asParameterizedType());
      case ARRAY -> of(type.asArray().componentType()) + "[]";
      case TYPE_VARIABLE -> type.asTypeVariable().name();
      case WILDCARD_TYPE -> of(type.asWildcardType());
      case PRIMITIVE -> type.asPrimitive().name();
      case VOID -> "void";
    };
  }

  private static String of(ParameterizedType type) {
    return type.typeArguments().stream()
        .map(TypeNames::of)
        .collect(Collectors.joining(", ", type.genericClass().declaration().name() + "<", ">"));
  }

  private static String of(WildcardType type) {
    Optional<Type> upper = Optional.ofNullable(type.upperBound());
    Optional<Type> lower = Optional.ofNullable(type.lowerBound());
    return upper
        .map(TypeNames::of)
        .filter(bound -> !bound.equals(OBJECT))
        .map(bound -> "? extends " + bound)
        .or(() -> lower.map(bound -> "? super " + of(bound)))
        .orElse("?");
  }

  /**
   * Returns the type of values that {@code Storage<…>} says; Object where it says nothing, empty
   * where it leaves a variable open.
   */
  static Optional<String> valuesOf(Type storage) {
    if (!storage.isParameterizedType()) {
      return Optional.of(OBJECT);
    }
    Type argument = storage.asParameterizedType().typeArguments().get(0);
    if (argument.isWildcardType()) {
      WildcardType wildcard = argument.asWildcardType();
      Optional<Type> bound =
          Optional.ofNullable(wildcard.lowerBound())
              .or(() -> Optional.ofNullable(wildcard.upperBound()));
      return bound.isEmpty() ? Optional.of(OBJECT) : closed(bound.get());
    }
    return closed(argument);
  }

  private static Optional<String> closed(Type type) {
    return isOpen(type) ? Optional.empty() : Optional.of(of(type));
  }

  private static boolean isOpen(Type type) {
    return switch (type.kind()) {
      case TYPE_VARIABLE -> true;
      case PARAMETERIZED_TYPE ->
          type.asParameterizedType().typeArguments().stream().anyMatch(TypeNames::isOpen);
      case ARRAY -> isOpen(type.asArray().componentType());
      default -> false;
    };
  }
}
