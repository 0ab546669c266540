package io.undercroft.runtime.codec;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbException;
import jakarta.json.bind.config.PropertyVisibilityStrategy;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets JSON-B see records and classes that are not public, and records in the order of their
 * components.
 *
 * <p>Yasson looks at members as any stranger would, so that {@code record Room(…)} without {@code
 * public}, or nested in a class without it, is refused. What a property's rule calls visible is
 * therefore made accessible here; it is the very object that Yasson turns into a method handle.
 * Constructors and the order of properties it does not show to anybody, so those are reached in its
 * model by reflection. If that fails, because it is another implementation or another version, only
 * what is not public stays closed, and a record's properties stay in the order of their names.
 *
 * <p>Which members are properties does not change: public methods and fields, or what a user's own
 * rule says.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Access implements PropertyVisibilityStrategy {
  private static final String YASSON = "org.eclipse.yasson.";

  private final PropertyVisibilityStrategy rule;
  private final boolean orders;
  private final Set<Class<?>> closed = ConcurrentHashMap.newKeySet();
  private final Set<Class<?>> opened = ConcurrentHashMap.newKeySet();

  /**
   * Opens what this rule calls visible.
   *
   * @param orders whether to put the properties of records in the order of their components
   */
  Access(PropertyVisibilityStrategy rule, boolean orders) {
    this.rule = rule;
    this.orders = orders;
  }

  @Override
  public boolean isVisible(Field field) {
    return rule.isVisible(field)
        && opened(field, field.getDeclaringClass(), field.getGenericType());
  }

  @Override
  public boolean isVisible(Method method) {
    return rule.isVisible(method)
        && opened(method, method.getDeclaringClass(), method.getGenericReturnType());
  }

  private boolean opened(AccessibleObject member, Class<?> declaring, Type type) {
    if (!Types.isPlatform(declaring)) {
      closed.add(declaring);
      closed.addAll(Types.mappedClasses(type));
      // where a module does not let us, JSON-B says what it cannot reach
      member.trySetAccessible();
    }
    return true;
  }

  /**
   * Makes the constructors of these classes, and of all met since, accessible to this JSON-B, and
   * puts their properties in order. The order holds for classes that have not been written yet.
   */
  synchronized void open(Jsonb jsonb, Collection<Class<?>> more) {
    closed.addAll(more);
    while (!closed.isEmpty()) {
      // looking at one may add those that its properties hold
      Class<?> next = closed.iterator().next();
      if (isYasson(jsonb) && opened.add(next)) {
        try {
          open(next, model(jsonb, next));
        } catch (ReflectiveOperationException | RuntimeException e) {
          // as the class comment says; and what is wrong with a type JSON-B says when it builds it
          opened.remove(next);
        }
      }
      closed.remove(next);
    }
  }

  private void open(Class<?> type, Object model) throws ReflectiveOperationException {
    open(call(model, "getDefaultConstructor"));
    Object customization = Objects.requireNonNull(call(model, "getClassCustomization"));
    Object creator = call(customization, "getCreator");
    if (creator != null) {
      open(get(creator, "executable"));
    }
    if (orders && type.isRecord()) {
      inOrder(type, model, (String[]) call(customization, "getPropertyOrder"));
    }
  }

  /**
   * Sorts a record's properties: first those that an annotation lists, then the components as they
   * are declared, then what else there is as it was.
   */
  private static void inOrder(Class<?> type, Object model, String @Nullable [] annotated)
      throws ReflectiveOperationException {
    List<String> order = new ArrayList<>(annotated == null ? List.of() : Arrays.asList(annotated));
    Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).forEach(order::add);
    Object[] properties = (Object[]) Objects.requireNonNull(call(model, "getSortedProperties"));
    IdentityHashMap<Object, Integer> places = new IdentityHashMap<>();
    for (Object property : properties) {
      int place = order.indexOf(call(property, "getPropertyName"));
      places.put(property, place < 0 ? order.size() : place);
    }
    Arrays.sort(properties, Comparator.comparing(places::get));
  }

  /**
   * Builds all that reading and writing these classes takes, now rather than at first use.
   *
   * @return whether that could be done
   * @throws JsonbException what JSON-B finds wrong with a class
   */
  static boolean build(Jsonb jsonb, Collection<Class<?>> classes) {
    if (!isYasson(jsonb)) {
      return false;
    }
    try {
      Object context = get(jsonb, "jsonbContext");
      Object readers = Objects.requireNonNull(call(context, "getChainModelCreator"));
      Object writers = Objects.requireNonNull(call(context, "getSerializationModelCreator"));
      Method read = readers.getClass().getMethod("deserializerChain", Type.class);
      Method write =
          writers.getClass().getMethod("serializerChain", Type.class, boolean.class, boolean.class);
      for (Class<?> each : classes) {
        read.invoke(readers, each);
        write.invoke(writers, each, true, true);
      }
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException wrong) {
        throw wrong;
      }
      return false;
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return false; // another version: then at first use
    }
  }

  private static boolean isYasson(Jsonb jsonb) {
    return jsonb.getClass().getName().startsWith(YASSON);
  }

  private static Object model(Jsonb jsonb, Class<?> type) throws ReflectiveOperationException {
    Object models = Objects.requireNonNull(call(get(jsonb, "jsonbContext"), "getMappingContext"));
    return models.getClass().getMethod("getOrCreateClassModel", Class.class).invoke(models, type);
  }

  private static @Nullable Object call(Object on, String method)
      throws ReflectiveOperationException {
    return on.getClass().getMethod(method).invoke(on);
  }

  private static Object get(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  private static void open(@Nullable Object constructor) {
    if (constructor instanceof AccessibleObject accessible) {
      accessible.trySetAccessible();
    }
  }

  /** JSON-B's own rule: what is public, but a field only if its accessors are not hidden. */
  static final class PublicMembers implements PropertyVisibilityStrategy {
    @Override
    public boolean isVisible(Field field) {
      return Modifier.isPublic(field.getModifiers())
          && Arrays.stream(field.getDeclaringClass().getDeclaredMethods())
              .noneMatch(method -> isHiddenAccessor(method, field.getName()));
    }

    @Override
    public boolean isVisible(Method method) {
      return Modifier.isPublic(method.getModifiers());
    }

    private static boolean isHiddenAccessor(Method method, String field) {
      String name = method.getName();
      int prefix = name.startsWith("is") ? 2 : 3;
      return !Modifier.isPublic(method.getModifiers())
          && (name.startsWith("get") || name.startsWith("set") || name.startsWith("is"))
          && name.length() == prefix + field.length()
          && name.regionMatches(true, prefix, field, 0, 1)
          && name.regionMatches(prefix + 1, field, 1, field.length() - 1);
    }
  }
}
