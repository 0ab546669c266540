package io.undercroft.runtime.client;

import jakarta.json.JsonValue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which values of one type several readers may be handed as one object, because nothing in them can
 * be changed: texts, numbers, times, constants, JSON, and records all of whose components are such,
 * or unmodifiable lists, sets and maps of such. A list of a record is one only where the record
 * sees to it ({@code genres = List.copyOf(genres)} in its constructor), so what counts is the value
 * and not its type.
 *
 * <p>What a record's accessors hand out is taken for what it holds: a record that changes a list of
 * its own, and hands out copies of it, is taken for one that cannot be changed.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class SharedValues {
  /** After so many values in a row that can be changed, no more are looked at. */
  private static final int TRIES = 64;

  private static final Set<Class<?>> IMMUTABLE =
      Set.of(
          String.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class,
          UUID.class,
          URI.class,
          Locale.class,
          Currency.class);

  /** What the JDK makes that is nobody's view of something else. */
  private static final Set<Class<?>> UNMODIFIABLE =
      Stream.of(
              List.of(),
              List.of(1),
              List.of(1, 2, 3),
              List.of(1, 2, 3).subList(0, 1),
              Set.of(),
              Set.of(1),
              Set.of(1, 2, 3),
              Map.of(),
              Map.of(1, 1),
              Map.of(1, 1, 2, 2),
              Collections.emptyList(),
              Collections.emptySet(),
              Collections.emptyMap(),
              Collections.singletonList(1),
              Collections.singleton(1),
              Collections.singletonMap(1, 1))
          .map(Object::getClass)
          .collect(Collectors.toUnmodifiableSet());

  private static final Method[] NONE = {};

  private final ConcurrentHashMap<Class<?>, Method[]> accessors = new ConcurrentHashMap<>();

  /** How many more may be refused; threads may overwrite each other's. */
  private int left;

  /** Makes it for one type, as it is declared. */
  SharedValues(Type type) {
    Class<?> raw = ValueType.rawType(type);
    left = raw.isRecord() || isSimple(raw) || JsonValue.class.isAssignableFrom(raw) ? TRIES : 0;
  }

  /** Returns whether there is any hope that a value may be shared. */
  boolean isPossible() {
    return left > 0;
  }

  /** Returns whether this value may be shared. */
  boolean allows(Object value) {
    boolean allowed = isImmutable(value);
    left = allowed ? TRIES : left - 1;
    return allowed;
  }

  private boolean isImmutable(@Nullable Object value) {
    if (value == null) {
      return true;
    }
    Class<?> type = value.getClass();
    if (isSimple(type) || value instanceof JsonValue) {
      return true;
    } else if (type.isRecord()) {
      return isImmutableRecord(value, type);
    } else if (value instanceof Optional<?> optional) {
      return optional.isEmpty() || isImmutable(optional.get());
    } else if (value instanceof Map<?, ?> map) {
      return UNMODIFIABLE.contains(type) && all(map.keySet()) && all(map.values());
    }
    return value instanceof Collection<?> many && UNMODIFIABLE.contains(type) && all(many);
  }

  private static boolean isSimple(Class<?> type) {
    return IMMUTABLE.contains(type)
        || type.isEnum()
        || (type.getSuperclass() != null && type.getSuperclass().isEnum()) // constants with bodies
        || type.getPackageName().equals("java.time");
  }

  private boolean all(Collection<?> many) {
    for (Object one : many) {
      if (!isImmutable(one)) {
        return false;
      }
    }
    return true;
  }

  private boolean isImmutableRecord(Object record, Class<?> type) {
    Method[] methods = accessors.computeIfAbsent(type, SharedValues::accessors);
    if (methods == NONE) {
      return false;
    }
    try {
      for (Method method : methods) {
        if (!isImmutable(method.invoke(record))) {
          return false;
        }
      }
      return true;
    } catch (InvocationTargetException | IllegalAccessException e) {
      return false; // who asks the record itself will be told
    }
  }

  /** Returns the accessors; {@link #NONE} if they cannot be called. */
  private static Method[] accessors(Class<?> type) {
    Method[] methods =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getAccessor)
            .toArray(Method[]::new);
    return Arrays.stream(methods).allMatch(Method::trySetAccessible) ? methods : NONE;
  }
}
