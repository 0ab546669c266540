package io.undercroft.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No null goes into a record of the public packages, whichever component it is given for. */
class NullsTest {
  private static final Map<Class<?>, Object> SAMPLES =
      Map.ofEntries(
          Map.entry(String.class, "text"),
          Map.entry(Object.class, "value"),
          Map.entry(Instant.class, Instant.EPOCH),
          Map.entry(Duration.class, Duration.ofSeconds(1)),
          Map.entry(Optional.class, Optional.empty()),
          Map.entry(OptionalLong.class, OptionalLong.empty()),
          Map.entry(OptionalDouble.class, OptionalDouble.empty()),
          Map.entry(Map.class, Map.of()),
          Map.entry(List.class, List.of()),
          Map.entry(Set.class, Set.of()),
          Map.entry(boolean.class, false),
          Map.entry(int.class, 1 << 20),
          Map.entry(long.class, 1L << 20),
          Map.entry(SetOptions.class, SetOptions.none()),
          Map.entry(StorageException.class, StorageException.of(ErrorCode.CLOSED, "x")),
          Map.entry(Condition.class, Field.field("a").eq(1)),
          Map.entry(IndexDefinition.class, IndexDefinition.hash("h", "a")),
          Map.entry(Query.class, Query.all()),
          Map.entry(Pipeline.Grouping.class, new Pipeline.Together()),
          Map.entry(Precondition.class, Precondition.NONE),
          Map.entry(NewEntry.class, NewEntry.of(new byte[0], "text/plain")),
          Map.entry(EntryMeta.class, meta()),
          Map.entry(StoredEntry.class, new StoredEntry(new byte[0], meta())),
          Map.entry(Cursor.class, new NoCursor()),
          Map.entry(UnaryOperator.class, UnaryOperator.identity()),
          Map.entry(Transactions.class, unused(Transactions.class)),
          Map.entry(Cluster.class, unused(Cluster.class)));

  private static Object unused(Class<? extends Facet> type) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          throw new UnsupportedOperationException(method.toString());
        });
  }

  private static EntryMeta meta() {
    return new EntryMeta(
        "v1", Instant.EPOCH, Instant.EPOCH, Optional.empty(), "text/plain", Map.of());
  }

  private static final class NoCursor implements Cursor<Object> {
    @Override
    public List<Object> next() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  @Test
  void everyComponentOfEveryRecordIsGuarded() throws Exception {
    List<String> unguarded = new ArrayList<>();
    int records = 0;
    for (Class<?> type : publicTypes()) {
      if (!type.isRecord()) {
        continue;
      }
      records++;
      RecordComponent[] components = type.getRecordComponents();
      for (int i = 0; i < components.length; i++) {
        if (!components[i].getType().isPrimitive() && accepts(type, components, i)) {
          unguarded.add(type.getName() + "." + components[i].getName());
        }
      }
    }
    assertThat(unguarded).as("components that accept null").isEmpty();
    assertThat(records).as("records found").isGreaterThan(40);
  }

  /** Returns whether the canonical constructor takes null for this one component. */
  private static boolean accepts(Class<?> type, RecordComponent[] components, int nullAt)
      throws ReflectiveOperationException {
    Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class[]::new);
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = i == nullAt ? null : sample(types[i], type);
    }
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    try {
      constructor.newInstance(arguments);
      return true;
    } catch (InvocationTargetException e) {
      assertThat(e.getCause())
          .as("what %s says to null for %s", type, components[nullAt].getName())
          .isInstanceOf(NullPointerException.class);
      return false;
    }
  }

  private static Object sample(Class<?> type, Class<?> of) {
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return Objects.requireNonNull(
        SAMPLES.get(type), () -> "no sample of " + type + ", which " + of + " has");
  }

  private static List<Class<?>> publicTypes() throws IOException, ReflectiveOperationException {
    URL here = Objects.requireNonNull(Facet.class.getResource("Facet.class"), "the compiled SPI");
    Path top = Path.of(URI.create(here.toString())).resolve("../..").normalize();
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = "io.undercroft." + top.relativize(file).toString().replace('/', '.');
        Class<?> type = Class.forName(name.substring(0, name.length() - ".class".length()));
        if (Modifier.isPublic(type.getModifiers())) {
          types.add(type);
        }
      }
    }
    return types;
  }
}
