package io.undercroft.runtime.client;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A user's own interface that extends {@link Storage} or its capabilities, read once by reflection
 * and checked: everything that it inherits from us is done by handles, its default methods are
 * called as they are, and nothing may be left over.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class TypedInterface<S> {
  private final Class<S> type;
  private final Type valueType;
  private final Set<Capability> capabilities;
  private final Map<Method, Method> ours;
  private final Map<Method, DefaultMethod> defaults;

  private TypedInterface(
      Class<S> type,
      Type valueType,
      Set<Capability> capabilities,
      Map<Method, Method> ours,
      Map<Method, DefaultMethod> defaults) {
    this.type = type;
    this.valueType = valueType;
    this.capabilities = capabilities;
    this.ours = ours;
    this.defaults = defaults;
  }

  /**
   * Reads an interface.
   *
   * @throws StorageException UNSUPPORTED if nobody could implement it, naming everything that
   *     stands against it
   */
  public static <S> TypedInterface<S> of(Class<S> type) {
    List<String> problems = new ArrayList<>();
    checkShape(type, problems);
    Optional<Type> valueType = Optional.empty();
    Map<Method, Method> ours = new HashMap<>();
    Map<Method, DefaultMethod> defaults = new HashMap<>();
    if (problems.isEmpty()) {
      valueType = ValueType.of(type);
      if (valueType.isEmpty()) {
        problems.add(
            "it leaves the type of the values open; say it, as in 'interface "
                + type.getSimpleName()
                + " extends Storage<Room>'");
      }
      sortMethods(type, ours, defaults, problems);
    }
    if (!problems.isEmpty()) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "storage interface "
              + type.getName()
              + " cannot be implemented: "
              + (problems.size() == 1
                  ? problems.get(0)
                  : problems.size() + " problems\n  - " + String.join("\n  - ", problems)));
    }
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (Capability capability : Capability.values()) {
      if (capability.type().isAssignableFrom(type)) {
        capabilities.add(capability);
      }
    }
    return new TypedInterface<>(type, valueType.orElseThrow(), capabilities, ours, defaults);
  }

  private static void checkShape(Class<?> type, List<String> problems) {
    if (!type.isInterface() || type.isAnnotation()) {
      problems.add("it is not an interface");
    } else if (!Storage.class.isAssignableFrom(type)) {
      problems.add("it does not extend " + Storage.class.getName());
    } else if (Transaction.class.isAssignableFrom(type)) {
      problems.add("it extends Transaction, and a transaction is begun, not declared");
    } else if (isOurs(type)) {
      problems.add("it is one of ours; ask for the storage instead, and for its views");
    } else if (type.isSealed()) {
      problems.add("it is sealed; take 'sealed' away");
    }
  }

  private static boolean isOurs(Class<?> type) {
    return Capability.of(type).isPresent();
  }

  private static void sortMethods(
      Class<?> type,
      Map<Method, Method> ours,
      Map<Method, DefaultMethod> defaults,
      List<String> problems) {
    Map<TypeVariable<?>, Type> bindings = ValueType.bindings(type);
    List<String> leftOver = new ArrayList<>();
    for (Method method : type.getMethods()) {
      if (Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      if (isOurs(method.getDeclaringClass())) {
        ours.put(method, method);
      } else if (!Modifier.isAbstract(method.getModifiers())) {
        defaults.put(method, DefaultMethod.of(method));
      } else if (!isOfObject(method)) {
        Optional<Method> redeclared = redeclared(method, type, bindings);
        if (redeclared.isPresent()) {
          ours.put(method, redeclared.get());
        } else {
          leftOver.add(signature(method));
        }
      }
    }
    leftOver.sort(Comparator.naturalOrder());
    for (String method : leftOver) {
      problems.add("its method " + method + " is not ours; give it a default body");
    }
  }

  private static boolean isOfObject(Method method) {
    return Arrays.stream(Object.class.getMethods())
        .anyMatch(
            other ->
                other.getName().equals(method.getName())
                    && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
  }

  /** Finds our method that an abstract one of the user's only says again, perhaps narrower. */
  private static Optional<Method> redeclared(
      Method method, Class<?> type, Map<TypeVariable<?>, Type> bindings) {
    for (Capability capability : Capability.values()) {
      if (!capability.type().isAssignableFrom(type)) {
        continue;
      }
      for (Method our : capability.type().getMethods()) {
        if (our.getName().equals(method.getName())
            && method.getReturnType().isAssignableFrom(our.getReturnType())
            && Arrays.equals(method.getParameterTypes(), parameters(our, bindings))) {
          return Optional.of(our);
        }
      }
    }
    return Optional.empty();
  }

  private static Class<?>[] parameters(Method our, Map<TypeVariable<?>, Type> bindings) {
    return Arrays.stream(our.getGenericParameterTypes())
        .map(parameter -> ValueType.rawType(ValueType.resolve(parameter, bindings)))
        .toArray(Class<?>[]::new);
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }

  /** Returns the interface. */
  public Class<S> type() {
    return type;
  }

  /** Returns the type of the values. */
  public Type valueType() {
    return valueType;
  }

  /** Returns what a storage must offer for it. */
  public Set<Capability> capabilities() {
    return EnumSet.copyOf(capabilities);
  }

  /**
   * Implements it on what is mounted.
   *
   * @throws StorageException UNSUPPORTED if a capability is missing, naming all that are and those
   *     that are there
   */
  S implement(MountPoint point) {
    Operations<Object> operations = point.operations(valueType);
    requireAll(operations);
    Map<Capability, Object> views = new HashMap<>();
    for (Capability capability : capabilities) {
      views.put(capability, operations.view(capability));
    }
    Map<Method, Object> targets = new HashMap<>();
    ours.forEach((method, our) -> targets.put(method, target(our, views)));
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            new Dispatch(type.getSimpleName() + " on storage '" + point.storage() + "'", targets));
    return type.cast(proxy);
  }

  private void requireAll(Operations<Object> operations) {
    Bound<Object> current = operations.look();
    String missing =
        capabilities.stream()
            .filter(capability -> !capability.isOfferedBy(current.facets))
            .map(capability -> capability.type().getSimpleName())
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw operations.failed(
          "", operations.unsupported(current, missing + ", which " + type.getName() + " extends"));
    }
  }

  private static Object target(Method our, Map<Capability, Object> views) {
    if (our.getName().equals("async")) {
      for (Capability most : List.of(Capability.INDEX, Capability.QUERY, Capability.BATCH)) {
        Object view = views.get(most);
        if (view != null) {
          return view;
        }
      }
    }
    Capability declaring = Capability.of(our.getDeclaringClass()).orElse(Capability.STORAGE);
    return Objects.requireNonNull(views.get(declaring), "a capability that is extended");
  }

  /** One default method of the user's, called on the proxy itself. */
  private record DefaultMethod(Method method, @Nullable MethodHandle handle) {
    private static final MethodType ANY =
        MethodType.methodType(Object.class, Object.class, Object[].class);

    static DefaultMethod of(Method method) {
      Class<?> declaring = method.getDeclaringClass();
      try {
        MethodHandle body =
            MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
                .unreflectSpecial(method, declaring);
        return new DefaultMethod(
            method,
            body.asFixedArity()
                .asSpreader(1, Object[].class, method.getParameterCount())
                .asType(ANY));
      } catch (IllegalAccessException e) {
        // a module that is not open to us: the JDK's own way works if the interface is exported
        return new DefaultMethod(method, null);
      }
    }

    @Nullable Object call(Object proxy, Object @Nullable [] arguments) throws Throwable {
      MethodHandle body = handle;
      return body == null
          ? InvocationHandler.invokeDefault(proxy, method, arguments)
          : (Object) body.invokeExact(proxy, arguments);
    }
  }

  private final class Dispatch implements InvocationHandler {
    private final String name;
    private final Map<Method, Object> targets;

    Dispatch(String name, Map<Method, Object> targets) {
      this.name = name;
      this.targets = targets;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      Object target = targets.get(method);
      if (target != null) {
        return forward(Objects.requireNonNull(ours.get(method)), target, arguments);
      }
      DefaultMethod body = defaults.get(method);
      if (body != null) {
        return body.call(proxy, arguments);
      }
      return switch (method.getName()) {
        case "equals" -> arguments != null && proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(proxy);
        default -> name;
      };
    }

    private static @Nullable Object forward(
        Method our, Object target, Object @Nullable [] arguments) throws Throwable {
      try {
        return our.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }
  }
}
