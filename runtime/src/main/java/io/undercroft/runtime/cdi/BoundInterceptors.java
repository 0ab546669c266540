package io.undercroft.runtime.cdi;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.BeanContainer;
import jakarta.enterprise.inject.spi.InterceptionType;
import jakarta.enterprise.inject.spi.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The user's own {@code @AroundInvoke} interceptors, bridged into the stack of one storage: CDI
 * applies none to a synthetic bean.
 *
 * <p>They stand outermost and, like audit and authorisation, see everything: what cannot be led
 * through them is taken away. An interceptor is told the method of the application's interface that
 * comes nearest to what is done, and the keys; values it never sees, and it cannot exchange
 * parameters.
 *
 * <p><b>Threads:</b> safe for concurrent use as far as the interceptors are; there is one instance
 * of each per storage.
 */
final class BoundInterceptors implements Around {
  private final List<Bound<?>> interceptors;
  private final Object target;

  private BoundInterceptors(List<Bound<?>> interceptors, Object target) {
    this.interceptors = interceptors;
    this.target = target;
  }

  /** An interceptor with its instance. */
  private record Bound<I>(Interceptor<I> interceptor, I instance) {
    static <I> Bound<I> of(
        Interceptor<I> interceptor,
        BeanContainer container,
        Consumer<CreationalContext<?>> contexts) {
      CreationalContext<I> context = container.createCreationalContext(interceptor);
      contexts.accept(context);
      return new Bound<>(interceptor, interceptor.create(context));
    }

    @Nullable Object intercept(InvocationContext invocation) throws Exception {
      return interceptor.intercept(InterceptionType.AROUND_INVOKE, instance, invocation);
    }
  }

  /**
   * Finds the interceptors of these bindings, in the container's order.
   *
   * @param target what the interceptors are told to be about: a handle on the storage
   * @param contexts is given what destroys the interceptors
   * @throws StorageException INVALID_CONFIG if one is no binding, or nothing is bound by it
   */
  static BoundInterceptors of(
      BeanContainer container,
      List<String> bindings,
      ClassLoader application,
      Object target,
      Consumer<CreationalContext<?>> contexts) {
    List<Annotation> annotations = new ArrayList<>();
    for (String name : bindings) {
      annotations.add(binding(container, name, application));
    }
    List<Interceptor<?>> found =
        container.resolveInterceptors(
            InterceptionType.AROUND_INVOKE, annotations.toArray(Annotation[]::new));
    List<Bound<?>> bound = new ArrayList<>();
    for (Interceptor<?> interceptor : found) {
      bound.add(Bound.of(interceptor, container, contexts));
    }
    return new BoundInterceptors(List.copyOf(bound), target);
  }

  private static Annotation binding(BeanContainer container, String name, ClassLoader application) {
    Annotation binding = DefaultAnnotation.of(annotationType(container, name, application));
    if (container.resolveInterceptors(InterceptionType.AROUND_INVOKE, binding).isEmpty()) {
      throw invalid(
          name,
          "binds no interceptor with @AroundInvoke; give the interceptor this binding and a"
              + " @Priority");
    }
    return binding;
  }

  private static Class<? extends Annotation> annotationType(
      BeanContainer container, String name, ClassLoader application) {
    Class<?> type;
    try {
      type = Class.forName(name, false, application);
    } catch (ClassNotFoundException | LinkageError e) {
      throw invalid(name, "is a class that the application does not have");
    }
    if (!type.isAnnotation()
        || !container.isInterceptorBinding(type.asSubclass(Annotation.class))) {
      throw invalid(name, "is no interceptor binding; annotate it with @InterceptorBinding");
    }
    return type.asSubclass(Annotation.class);
  }

  static StorageException invalid(String binding, String what) {
    return StorageException.of(
        ErrorCode.INVALID_CONFIG, "bindings: " + StorageException.quote(binding) + " " + what);
  }

  @Override
  public String id() {
    return "bindings";
  }

  @Override
  public boolean seesEverything() {
    return true;
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    if (call.kind() == Call.Kind.PAGE) {
      return next.proceed(call); // an interceptor sees a method return a stream, not its reading
    }
    Object result = new Invocation(call, next, 0, new HashMap<>()).proceed();
    if (result != null) {
      return result;
    }
    if (StorageMethods.of(call.kind()).getReturnType() != void.class) {
      throw new IllegalStateException(
          "an interceptor returned null from " + call + "; it must return what proceed() returned");
    }
    return Call.NOTHING;
  }

  /** One call as the interceptor at one position sees it. */
  private final class Invocation implements InvocationContext {
    private final Call call;
    private final Next next;
    private final int position;
    private final Map<String, Object> data;

    Invocation(Call call, Next next, int position, Map<String, Object> data) {
      this.call = call;
      this.next = next;
      this.position = position;
      this.data = data;
    }

    @Override
    public @Nullable Object proceed() throws Exception {
      if (position < interceptors.size()) {
        return interceptors.get(position).intercept(new Invocation(call, next, position + 1, data));
      }
      Object result = next.proceed(call);
      return result == Call.NOTHING ? null : result;
    }

    @Override
    public Object getTarget() {
      return target;
    }

    @Override
    public Method getMethod() {
      return StorageMethods.of(call.kind());
    }

    @Override
    public @Nullable Object[] getParameters() {
      return StorageMethods.parameters(call);
    }

    @Override
    public void setParameters(Object[] parameters) {
      throw new IllegalStateException(
          "the parameters of a storage's operation cannot be exchanged; an interceptor sees the keys"
              + " only");
    }

    @Override
    public Map<String, Object> getContextData() {
      return data;
    }

    @Override
    public @Nullable Object getTimer() {
      return null;
    }

    @Override
    public @Nullable Constructor<?> getConstructor() {
      return null;
    }
  }
}
