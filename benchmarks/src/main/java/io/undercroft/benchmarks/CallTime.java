package io.undercroft.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.annotation.Annotation;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The processor time of one call of a benchmark in the thread that calls, and the bytes it
 * allocates: on a machine that has much else to do this says more than the time that passes. What
 * other threads and other processes do for the call is not in it.
 *
 * <p>Arguments: the benchmark, its parameters and perhaps the seconds to warm up: {@code
 * KeptWork.get keys=100000,by=RAW 3}.
 */
final class CallTime {
  private static final int PARTS = 7;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Map<Class<?>, Object> states = new HashMap<>();
  private final Map<String, String> parameters;

  private CallTime(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /**
   * What a call takes.
   *
   * @param least nanoseconds of the quickest of seven parts
   * @param median of the part in the middle
   * @param bytes allocated by one call
   */
  record Taken(double least, double median, long bytes) {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> parameters = new HashMap<>();
    for (String each : arguments[1].split(",", -1)) {
      String[] pair = each.split("=", -1);
      parameters.put(pair[0], pair[1]);
    }
    double seconds = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 3;
    Taken taken = measure(arguments[0], parameters, seconds);
    System.out.printf(
        Locale.ROOT,
        "%s %s: %.1f ns, at least %.1f; %d bytes%n",
        arguments[0],
        arguments[1],
        taken.median,
        taken.least,
        taken.bytes);
    System.exit(0); // whatever threads a library has left
  }

  /**
   * Returns what a call takes after warming up.
   *
   * @param benchmark the names of class and method
   */
  static Taken measure(String benchmark, Map<String, String> parameters, double seconds)
      throws Exception {
    return new CallTime(parameters).measure(benchmark, (long) (seconds * 1e9));
  }

  private Taken measure(String benchmark, long warmUp) throws Exception {
    String[] names = benchmark.split("\\.", -1);
    Class<?> type = Class.forName(CallTime.class.getPackageName() + "." + names[0]);
    Method method =
        Arrays.stream(type.getMethods())
            .filter(one -> one.getName().equals(names[1]))
            .findFirst()
            .orElseThrow();
    Object target = state(type);
    Object[] arguments = states(method);
    int batch = 1;
    for (long begin = THREADS.getCurrentThreadCpuTime(), before = begin, now = begin;
        now - begin < warmUp;
        before = now) {
      call(method, target, arguments, batch);
      now = THREADS.getCurrentThreadCpuTime();
      batch = now - before < 20_000_000 ? batch * 2 : batch;
    }
    double[] parts = new double[PARTS];
    long calls = 0;
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    for (int part = 0; part < PARTS; part++) {
      long begin = THREADS.getCurrentThreadCpuTime();
      long taken = 0;
      long done = 0;
      while (taken <= warmUp / PARTS) {
        call(method, target, arguments, batch);
        done += batch;
        taken = THREADS.getCurrentThreadCpuTime() - begin;
      }
      parts[part] = (double) taken / done;
      calls += done;
    }
    bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
    for (Object state : states.values()) {
      callAll(state, TearDown.class);
    }
    Arrays.sort(parts);
    return new Taken(parts[0], parts[PARTS / 2], bytes / calls);
  }

  private static void call(Method method, Object target, Object[] arguments, int times)
      throws Exception {
    for (int i = 0; i < times; i++) {
      method.invoke(target, arguments);
    }
  }

  private Object[] states(Method method) throws Exception {
    Object[] found = new Object[method.getParameterCount()];
    for (int i = 0; i < found.length; i++) {
      found[i] = state(method.getParameterTypes()[i]);
    }
    return found;
  }

  private Object state(Class<?> type) throws Exception {
    Object there = states.get(type);
    if (there != null) {
      return there;
    }
    Object made;
    if (type == Blackhole.class) {
      made =
          new Blackhole(
              "Today's password is swordfish. I understand instantiating Blackholes directly is"
                  + " dangerous.");
    } else if (type == Picks.class) {
      Picks picks = new Picks();
      set(picks);
      picks.begin(0);
      made = picks;
    } else {
      made = type.getConstructor().newInstance();
      set(made);
      callAll(made, Setup.class);
    }
    states.put(type, made);
    return made;
  }

  private void set(Object state) throws IllegalAccessException {
    for (Field field : state.getClass().getFields()) {
      String value = parameters.get(field.getName());
      if (value == null) {
        continue;
      }
      if (field.getType() == int.class) {
        field.setInt(state, Integer.parseInt(value));
      } else {
        for (Object constant : field.getType().getEnumConstants()) {
          if (((Enum<?>) constant).name().equals(value)) {
            field.set(state, constant);
          }
        }
      }
    }
  }

  private void callAll(Object state, Class<? extends Annotation> annotation) throws Exception {
    for (Class<?> type = state.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.isAnnotationPresent(annotation) && !(state instanceof Picks)) {
          method.invoke(state, states(method));
        }
      }
    }
  }
}
