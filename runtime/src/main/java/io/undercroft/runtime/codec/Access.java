package io.undercroft.runtime.codec;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.config.PropertyVisibilityStrategy;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets JSON-B see records and classes that are not public.
 *
 * <p>Yasson looks at members as any stranger would, so that {@code record Room(…)} without {@code
 * public}, or nested in a class without it, is refused. What a property's rule calls visible is
 * therefore made accessible here; it is the very object that Yasson turns into a method handle.
 * Constructors it does not show to anybody, so those are taken out of its model by reflection. If
 * that fails, because it is another implementation or another version, only what is not public
 * stays closed.
 *
 * <p>Which members are properties does not change: public methods and fields, or what a user's own
 * rule says.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Access implements PropertyVisibilityStrategy {
  private static final String YASSON = "org.eclipse.yasson.";

  private final PropertyVisibilityStrategy rule;
  private final Set<Class<?>> closed = ConcurrentHashMap.newKeySet();
  private final Set<Class<?>> opened = ConcurrentHashMap.newKeySet();

  /** Opens what this rule calls visible. */
  Access(PropertyVisibilityStrategy rule) {
    this.rule = rule;
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

  /** Makes the constructors of these classes, and of all met since, accessible to this JSON-B. */
  synchronized void openConstructors(Jsonb jsonb, Collection<Class<?>> more) {
    closed.addAll(more);
    while (!closed.isEmpty()) {
      // looking at one may add those that its properties hold
      Class<?> next = closed.iterator().next();
      if (jsonb.getClass().getName().startsWith(YASSON) && opened.add(next)) {
        try {
          openConstructors(get(get(jsonb, "jsonbContext"), "mappingContext"), next);
        } catch (ReflectiveOperationException | RuntimeException e) {
          // as the class comment says: then its constructor is called only if it is public
          opened.remove(next);
        }
      }
      closed.remove(next);
    }
  }

  private static void openConstructors(Object models, Class<?> of)
      throws ReflectiveOperationException {
    Object model =
        models.getClass().getMethod("getOrCreateClassModel", Class.class).invoke(models, of);
    open(model.getClass().getMethod("getDefaultConstructor").invoke(model));
    Object customization = model.getClass().getMethod("getClassCustomization").invoke(model);
    Object creator = customization.getClass().getMethod("getCreator").invoke(customization);
    if (creator != null) {
      open(get(creator, "executable"));
    }
  }

  private static Object get(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  private static void open(Object constructor) {
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
