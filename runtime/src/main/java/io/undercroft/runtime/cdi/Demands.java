package io.undercroft.runtime.cdi;

import io.undercroft.spi.Around;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.event.StorageEvent;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.InjectionPointInfo;
import jakarta.enterprise.inject.build.compatible.spi.ObserverInfo;
import jakarta.enterprise.lang.model.AnnotationInfo;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import jakarta.enterprise.lang.model.declarations.DeclarationInfo;
import jakarta.enterprise.lang.model.declarations.MethodInfo;
import jakarta.enterprise.lang.model.declarations.ParameterInfo;
import jakarta.enterprise.lang.model.types.Type;
import jakarta.inject.Provider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the beans of the application ask for and bring along, as far as the container shows it:
 * servlets, test classes and programmatic look-ups are not seen here and are checked when they ask.
 */
final class Demands {
  private static final String STORAGE = Storage.class.getName();
  private static final String WRAPPER = Wrapper.class.getName();
  private static final Set<String> DYNAMIC =
      Set.of(Instance.class.getName(), Provider.class.getName());
  private static final Set<String> NEUTRAL = Set.of(Any.class.getName(), Default.class.getName());
  private static final String STORAGE_NAME = StorageName.class.getName();

  private static final String KEEPER = StorageKeeper.class.getName();

  private final List<Demand.Ours> ours = new ArrayList<>();
  private final List<Demand.Typed> typed = new ArrayList<>();
  private final List<Demand.Observed> observed = new ArrayList<>();
  private final SortedMap<String, List<String>> wrappers = new TreeMap<>();
  private final List<String> unusedWrappers = new ArrayList<>();
  private final List<String> oddWrappers = new ArrayList<>();
  private final Map<String, Boolean> storageTypes = new HashMap<>();
  private final Set<String> producedTypes = new HashSet<>();
  private final Set<String> producedNames = new HashSet<>();
  private int copies;

  /** Reads a bean: its injection points, and what it is itself. */
  void read(BeanInfo bean) {
    if (bean.isClassBean() && bean.declaringClass().name().equals(KEEPER)) {
      copies++;
    }
    for (InjectionPointInfo point : bean.injectionPoints()) {
      read(point.type(), point.qualifiers(), place(point.declaration()));
    }
    Set<String> types = new HashSet<>();
    for (Type type : bean.types()) {
      if (type.isClass() || type.isParameterizedType()) {
        types.add(declaration(type).name());
      }
    }
    if (types.contains(WRAPPER)) {
      readWrapper(bean, types);
    }
    producedTypes.addAll(types);
    if (types.contains(STORAGE)) {
      producedNames.add(storageName(bean.qualifiers()).orElse(StorageName.DEFAULT));
    }
  }

  /** Returns how many archives of the application bring this package. */
  int copies() {
    return copies;
  }

  /** Reads what an observer method observes, and what it takes beside the event. */
  void read(ObserverInfo observer) {
    if (observer.isSynthetic()) {
      return;
    }
    readEvent(observer);
    for (ParameterInfo parameter : observer.observerMethod().parameters()) {
      if (!parameter.hasAnnotation(Observes.class)
          && !parameter.hasAnnotation(ObservesAsync.class)) {
        read(parameter.type(), parameter.annotations(Demands::isQualifier), place(parameter));
      }
    }
  }

  private void readEvent(ObserverInfo observer) {
    Type event = observer.eventType();
    boolean isOurs =
        (event.isClass() || event.isParameterizedType())
            && declaration(event).name().equals(StorageEvent.class.getName())
            && observer.qualifiers().stream().noneMatch(Demands::isForeign);
    if (isOurs) {
      MethodInfo method = observer.observerMethod();
      String owner = method.declaringClass().name();
      observed.add(
          new Demand.Observed(
              storageName(observer.qualifiers()),
              TypeNames.valuesOf(event).orElse(Object.class.getName()),
              owner,
              method.name(),
              owner + "." + method.name()));
    }
  }

  private static boolean isQualifier(AnnotationInfo annotation) {
    return annotation.declaration().hasAnnotation(jakarta.inject.Qualifier.class);
  }

  private void read(Type declared, Collection<AnnotationInfo> qualifiers, String place) {
    Type type = wanted(declared);
    if (!type.isClass() && !type.isParameterizedType()) {
      return;
    }
    if (qualifiers.stream().anyMatch(Demands::isForeign)) {
      return; // somebody else's bean
    }
    Optional<String> name = storageName(qualifiers);
    boolean any =
        name.isEmpty() && qualifiers.stream().anyMatch(q -> q.name().equals(Any.class.getName()));
    ClassInfo declaration = declaration(type);
    Optional<Handle> handle = Handle.named(declaration.name());
    if (handle.isPresent()) {
      if (!any) {
        ours.add(
            new Demand.Ours(
                name.orElse(StorageName.DEFAULT), handle.get(), TypeNames.valuesOf(type), place));
      }
    } else if (isStorage(declaration)) {
      String own = storageName(declaration.annotations()).orElse(StorageName.DEFAULT);
      typed.add(
          new Demand.Typed(
              name.orElse(own), name.map(own::equals).orElse(true), declaration, place));
    }
  }

  private void readWrapper(BeanInfo bean, Set<String> types) {
    String place = bean.declaringClass().name();
    Optional<String> name = storageName(bean.qualifiers());
    boolean isMeant =
        name.isPresent()
            || (bean.qualifiers().stream().noneMatch(Demands::isForeign)
                && !bean.scope().name().equals(Dependent.class.getName()));
    if (!isMeant) {
      unusedWrappers.add(place);
      return;
    }
    if (types.contains(Layer.class.getName()) == types.contains(Around.class.getName())) {
      oddWrappers.add(place);
    }
    wrappers.computeIfAbsent(name.orElse(StorageName.DEFAULT), n -> new ArrayList<>()).add(place);
  }

  /** Returns what is asked for of our own interfaces. */
  List<Demand.Ours> ours() {
    return ours.stream().filter(demand -> !isProduced(demand)).toList();
  }

  /** Returns what is asked for of the user's interfaces, without those that have beans already. */
  List<Demand.Typed> typed() {
    return typed.stream().filter(demand -> !producedTypes.contains(demand.type().name())).toList();
  }

  /** Returns what observes the events of storages. */
  List<Demand.Observed> observed() {
    return observed;
  }

  private boolean isProduced(Demand.Ours demand) {
    return producedNames.contains(demand.storage())
        && producedTypes.contains(demand.handle().type().getName());
  }

  /** Returns, for each storage that beans are wrapped around, the classes of these beans. */
  SortedMap<String, List<String>> wrappers() {
    return wrappers;
  }

  /** Returns the classes of layers and arounds that nothing says a storage for. */
  List<String> unusedWrappers() {
    return unusedWrappers;
  }

  /** Returns the classes of beans that are a layer and an around at once, or neither. */
  List<String> oddWrappers() {
    return oddWrappers;
  }

  /** Returns the names that are asked for, to help reading the environment. */
  Set<String> names() {
    Set<String> names = new HashSet<>(wrappers.keySet());
    Stream.concat(
            ours().stream().map(Demand.Ours::storage), typed().stream().map(Demand.Typed::storage))
        .forEach(names::add);
    observed.forEach(demand -> demand.storage().ifPresent(names::add));
    return names;
  }

  private static Type wanted(Type declared) {
    if (declared.isParameterizedType()
        && DYNAMIC.contains(declared.asParameterizedType().genericClass().declaration().name())) {
      return declared.asParameterizedType().typeArguments().get(0);
    }
    return declared;
  }

  private static ClassInfo declaration(Type type) {
    return type.isClass()
        ? type.asClass().declaration()
        : type.asParameterizedType().genericClass().declaration();
  }

  private boolean isStorage(ClassInfo type) {
    if (!type.isInterface()) {
      return false;
    }
    Boolean known = storageTypes.get(type.name());
    if (known == null) {
      known =
          type.name().equals(STORAGE)
              || type.superInterfacesDeclarations().stream().anyMatch(this::isStorage);
      storageTypes.put(type.name(), known);
    }
    return known;
  }

  private static boolean isForeign(AnnotationInfo qualifier) {
    return !qualifier.name().equals(STORAGE_NAME) && !NEUTRAL.contains(qualifier.name());
  }

  private static Optional<String> storageName(Collection<AnnotationInfo> annotations) {
    return annotations.stream()
        .filter(annotation -> annotation.name().equals(STORAGE_NAME))
        .map(
            annotation ->
                annotation.hasValue() ? annotation.value().asString() : StorageName.DEFAULT)
        .findFirst();
  }

  private static String place(DeclarationInfo declaration) {
    if (declaration.isParameter()) {
      ParameterInfo parameter = declaration.asParameter();
      MethodInfo method = parameter.declaringMethod();
      String owner = method.declaringClass().name();
      return (method.isConstructor() ? owner : owner + "." + method.name())
          + "("
          + parameter.name()
          + ")";
    }
    if (declaration.isField()) {
      return declaration.asField().declaringClass().name() + "." + declaration.asField().name();
    }
    return declaration.toString();
  }
}
