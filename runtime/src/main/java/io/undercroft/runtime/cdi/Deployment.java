package io.undercroft.runtime.cdi;

import io.undercroft.runtime.client.TypedInterface;
import io.undercroft.runtime.config.Configuration;
import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.TypeRef;
import jakarta.enterprise.inject.spi.DeploymentException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the application asks for, held against what is configured.
 *
 * <p><b>Threads:</b> for the one thread that deploys.
 */
final class Deployment {
  private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);
  private static final String OBJECT = Object.class.getName();

  private final Problems problems = new Problems();
  private final List<Requirement> requirements = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final SortedSet<String> names = new TreeSet<>();
  private final List<Observation> observations;
  private final @Nullable Opened opened;

  /** Reads the configuration and notes what can be told without opening a storage. */
  Deployment(Demands demands, ClassLoader application) {
    demands.unusedWrappers().forEach(Deployment::logUnused);
    for (String bean : demands.oddWrappers()) {
      problems.add("bean " + bean + " must be a Layer or an Around, and not both");
    }
    ValueTypes types = new ValueTypes();
    readOurs(demands, application, types);
    readTyped(demands, application, types);
    readObserved(demands, types);
    types.check(problems);
    names.addAll(demands.names());
    opened = start(demands, application);
    if (opened != null) {
      checkNames(demands, opened.specs().keySet());
      names.addAll(opened.specs().keySet());
    }
    observations = observations(demands);
  }

  private @Nullable Opened start(Demands demands, ClassLoader application) {
    try {
      return Opened.start(application, demands.names(), demands.wrappers().keySet());
    } catch (StorageException e) {
      problems.add(e);
      String configured = e.details().get(Configuration.STORAGES);
      if (configured != null) {
        checkNames(demands, new TreeSet<>(List.of(configured.split(","))));
      }
      return null;
    }
  }

  private static void logUnused(String bean) {
    LOG.warn(
        "bean {} is a layer for no storage: it is @Dependent or has another qualifier, so give it"
            + " @StorageName",
        bean);
  }

  private void readOurs(Demands demands, ClassLoader application, ValueTypes types) {
    for (Demand.Ours demand : demands.ours()) {
      requirements.add(Requirement.of(demand));
      if (demand.valueType().isPresent()) {
        types.add(demand.storage(), demand.valueType().get(), demand.place());
        plainClass(demand.valueType().get(), application)
            .ifPresent(type -> values.add(new Value(demand.storage(), type, demand.place())));
      } else {
        problems.add(
            demand.place()
                + " leaves the type of the values open; say it, as in "
                + demand.handle().type().getSimpleName()
                + "<Room>");
      }
    }
  }

  /** A generic type is left to its first use: the container shows it, but not as a Type. */
  private static Optional<Type> plainClass(String name, ClassLoader application) {
    try {
      return name.equals(OBJECT)
          ? Optional.empty()
          : Optional.of(Class.forName(name, false, application));
    } catch (ClassNotFoundException | LinkageError e) {
      LOG.debug("{} is no plain class that can be loaded now", name, e);
      return Optional.empty();
    }
  }

  private void readTyped(Demands demands, ClassLoader application, ValueTypes types) {
    for (Demand.Typed demand : demands.typed()) {
      String name = demand.type().name();
      try {
        TypedInterface<?> type = TypedInterface.of(Class.forName(name, false, application));
        requirements.add(Requirement.of(demand, type));
        types.add(demand.storage(), type.valueType().getTypeName(), demand.place());
        values.add(new Value(demand.storage(), type.valueType(), demand.place()));
      } catch (StorageException e) {
        problems.add(e, demand.place());
      } catch (ClassNotFoundException | LinkageError e) {
        problems.add("storage interface " + name + " cannot be loaded: " + e);
      }
    }
  }

  private void readObserved(Demands demands, ValueTypes types) {
    for (Demand.Observed demand : demands.observed()) {
      if (demand.storage().isPresent()) {
        String storage = demand.storage().get();
        types.add(storage, demand.valueType(), demand.place());
        requirements.add(new Requirement(storage, List.of(Handle.OBSERVE), demand.place()));
      }
    }
  }

  /**
   * Returns one for each storage that is observed, by whatever tells the type of its values best.
   */
  private List<Observation> observations(Demands demands) {
    SortedMap<String, Observation> byStorage = new TreeMap<>();
    for (Demand.Observed demand : demands.observed()) {
      if (demand.valueType().equals(OBJECT)) {
        demand
            .storage()
            .<Set<String>>map(Set::of)
            .orElse(names)
            .forEach(name -> byStorage.putIfAbsent(name, new Observation(name, OBJECT, "")));
      }
    }
    for (Value value : values) {
      byStorage.computeIfPresent(
          value.storage(),
          (name, untyped) -> new Observation(name, value.type().getTypeName(), ""));
    }
    for (Demand.Observed demand : demands.observed()) {
      if (!demand.valueType().equals(OBJECT)) {
        demand
            .storage()
            .<Set<String>>map(Set::of)
            .orElseGet(() -> holding(demand.valueType(), demands))
            .forEach(
                name ->
                    byStorage.put(name, new Observation(name, demand.owner(), demand.method())));
      }
    }
    return List.copyOf(byStorage.values());
  }

  /** Returns the storages that are asked for with this type of values. */
  private Set<String> holding(String valueType, Demands demands) {
    Set<String> holding = new TreeSet<>();
    demands.ours().stream()
        .filter(demand -> demand.valueType().equals(Optional.of(valueType)))
        .forEach(demand -> holding.add(demand.storage()));
    values.stream()
        .filter(value -> value.type().getTypeName().equals(valueType))
        .forEach(value -> holding.add(value.storage()));
    return holding;
  }

  /** Returns which storages the application observes. */
  List<Observation> observations() {
    return observations;
  }

  private void checkNames(Demands demands, Set<String> configured) {
    SortedMap<String, SortedSet<String>> askedFor = new TreeMap<>();
    demands.ours().forEach(demand -> note(askedFor, demand.storage(), demand.place()));
    demands.typed().forEach(demand -> note(askedFor, demand.storage(), demand.place()));
    demands
        .observed()
        .forEach(
            demand -> demand.storage().ifPresent(name -> note(askedFor, name, demand.place())));
    demands
        .wrappers()
        .forEach((storage, beans) -> beans.forEach(bean -> note(askedFor, storage, bean)));
    askedFor.keySet().removeAll(configured);
    askedFor.forEach((storage, places) -> problems.add(unknown(storage, places, configured)));
  }

  private static void note(
      SortedMap<String, SortedSet<String>> askedFor, String storage, String place) {
    askedFor.computeIfAbsent(storage, name -> new TreeSet<>()).add(place);
  }

  private static String unknown(String storage, SortedSet<String> places, Set<String> configured) {
    boolean isDefault = storage.equals(StorageName.DEFAULT);
    String there =
        configured.isEmpty() ? "none is" : "configured are " + String.join(", ", configured);
    return (isDefault ? "the default storage" : "storage " + StorageException.quote(storage))
        + " is not configured, and is asked for by "
        + String.join(", ", places)
        + "; "
        + there
        + ". Set "
        + (isDefault
            ? "storage.type, or say which one is meant with @StorageName"
            : "storages." + storage + ".type");
  }

  /**
   * Returns the names of the storages to make beans of: also those that are asked for and are not
   * there, so that it is this class that says so, and not the container.
   */
  Set<String> names() {
    return names;
  }

  /** Returns what can be told only by opening storages. */
  Checks checks() {
    Set<String> required = new TreeSet<>();
    if (opened != null) {
      for (StorageSpec spec : opened.specs().values()) {
        if (spec.required()) {
          required.add(spec.name());
        }
      }
    }
    return new Checks(required, requirements);
  }

  /**
   * Opens what must be open and holds it against what is asked for.
   *
   * @throws DeploymentException with every problem, after everything was closed again
   */
  Opened open() {
    Opened started = opened;
    if (started == null) {
      throw problems.toException();
    }
    Set<String> open =
        checks()
            .run(
                started.undercroft(),
                name -> started.specs().containsKey(name) && !started.needsBeans(name),
                problems);
    for (Value value : values) {
      if (open.contains(value.storage())) {
        checkCodec(started, value);
      }
    }
    if (!problems.isEmpty()) {
      started.undercroft().close();
      throw problems.toException();
    }
    return started;
  }

  /** A type of values that no codec knows is told now, not by the first operation. */
  private void checkCodec(Opened started, Value value) {
    try {
      started
          .undercroft()
          .storage(value.storage(), TypeRef.of(value.type()))
          .supports(Storage.class);
    } catch (StorageException e) {
      problems.add(e, value.place());
    }
  }

  /** A type of values with the storage and the injection point that it is asked for by. */
  private record Value(String storage, Type type, String place) {}

  /** Which type of values each storage is asked for. */
  private static final class ValueTypes {
    private final SortedMap<String, SortedMap<String, SortedSet<String>>> byStorage =
        new TreeMap<>();

    /** Notes one; values of any type are no type of their own. */
    void add(String storage, String type, String place) {
      if (!type.equals(OBJECT)) {
        byStorage
            .computeIfAbsent(storage, name -> new TreeMap<>())
            .computeIfAbsent(type, name -> new TreeSet<>())
            .add(place);
      }
    }

    void check(Problems problems) {
      byStorage.forEach(
          (storage, types) -> {
            if (types.size() > 1) {
              List<String> parts = new ArrayList<>();
              types.forEach((type, places) -> parts.add(type + " by " + String.join(", ", places)));
              problems.add(
                  "storage "
                      + StorageException.quote(storage)
                      + " is asked for values of "
                      + types.size()
                      + " types: "
                      + String.join("; ", parts)
                      + ". A storage holds values of one type; give each type its own storage");
            }
          });
    }
  }
}
