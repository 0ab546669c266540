package io.undercroft.runtime.cdi;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Undercroft;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.ObserverInfo;
import jakarta.enterprise.inject.build.compatible.spi.Registration;
import jakarta.enterprise.inject.build.compatible.spi.Synthesis;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanBuilder;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticComponents;
import jakarta.enterprise.inject.build.compatible.spi.Types;
import jakarta.enterprise.inject.build.compatible.spi.Validation;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.lang.model.types.Type;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a bean of every configured storage, and fails the deployment when the application asks for
 * what it cannot have.
 *
 * <p>Everything is told at once, in the validation phase. Until then there is a bean for every name
 * that is asked for, configured or not: a container that misses one would speak first, and it knows
 * less. Storages are opened only there too, when the container has nothing to object any more: a
 * deployment that fails elsewhere leaves nothing open.
 */
public final class UndercroftExtension implements BuildCompatibleExtension {
  private final Demands demands = new Demands();
  private final String handOver = UUID.randomUUID().toString();
  private @Nullable Deployment deployment;

  /** For the container. */
  public UndercroftExtension() {}

  /** Reads a bean's injection points. */
  @Registration(types = Object.class)
  public void bean(BeanInfo bean) {
    if (deployment == null) {
      demands.read(bean);
    }
  }

  /** Reads what an observer method observes and takes. */
  @Registration(types = Object.class)
  public void observer(ObserverInfo observer) {
    if (deployment == null) {
      demands.read(observer);
    }
  }

  /**
   * Reads the configuration and registers the beans.
   *
   * @throws DeploymentException if several archives of one application bring a runtime each: Weld
   *     keeps the extensions of an application by the names of their classes, so that only one of
   *     them is ever asked, and the others' injection points would have no beans
   */
  @Synthesis
  public void synthesise(SyntheticComponents components, Types types) {
    if (demands.copies() > 1) {
      Problems problems = new Problems();
      problems.add(
          demands.copies()
              + " archives of this application bring an undercroft-runtime each, and only one of"
              + " them is asked for beans. Put it into the library folder that they share, or deploy"
              + " each archive by itself");
      throw problems.toException();
    }
    Deployment checked = new Deployment(demands, Opened.application());
    deployment = checked;
    components
        .addBean(Undercroft.class)
        .type(Undercroft.class)
        .scope(ApplicationScoped.class)
        .qualifier(Default.Literal.INSTANCE)
        .withParam(UndercroftCreator.HAND_OVER, handOver)
        .withParam(UndercroftCreator.EXPECTED, demands.names().toArray(String[]::new))
        .withParam(UndercroftCreator.WRAPPED, demands.wrappers().keySet().toArray(String[]::new))
        .createWith(UndercroftCreator.class)
        .disposeWith(UndercroftDisposer.class);
    Checks checks = checked.checks();
    components
        .addBean(Checks.class)
        .type(Checks.class)
        .scope(Dependent.class)
        .withParam(ChecksCreator.REQUIRED, checks.required().toArray(String[]::new))
        .withParam(
            ChecksCreator.REQUIREMENTS,
            checks.requirements().stream().map(Requirement::encode).toArray(String[]::new))
        .createWith(ChecksCreator.class);
    components
        .addBean(Observations.class)
        .type(Observations.class)
        .scope(Dependent.class)
        .withParam(
            ObservationsCreator.OBSERVED,
            checked.observations().stream().map(Observation::encode).toArray(String[]::new))
        .createWith(ObservationsCreator.class);
    for (String storage : checked.names()) {
      for (Handle handle : Handle.values()) {
        addHandle(components, types, storage, handle);
      }
    }
    Set<String> added = new HashSet<>();
    for (Demand.Typed demand : demands.typed()) {
      if (added.add(demand.storage() + " " + demand.type().name())) {
        addTyped(components, demand);
      }
    }
  }

  private static void addHandle(
      SyntheticComponents components, Types types, String storage, Handle handle) {
    Type variable = types.of(handle.type()).asClass().declaration().typeParameters().get(0);
    SyntheticBeanBuilder<Object> bean =
        builder(components, handle.type())
            .type(types.parameterized(handle.type(), variable))
            .scope(Dependent.class)
            .qualifier(StorageName.Literal.of(storage))
            .withParam(StorageCreator.STORAGE, storage)
            .withParam(StorageCreator.HANDLE, handle.name())
            .createWith(StorageCreator.class);
    if (storage.equals(StorageName.DEFAULT)) {
      bean.qualifier(Default.Literal.INSTANCE);
    }
  }

  private static void addTyped(SyntheticComponents components, Demand.Typed demand) {
    SyntheticBeanBuilder<Object> bean =
        builder(components, Storage.class)
            .type(demand.type())
            .scope(Dependent.class)
            .qualifier(StorageName.Literal.of(demand.storage()))
            .withParam(TypedStorageCreator.STORAGE, demand.storage())
            .withParam(TypedStorageCreator.INTERFACE, demand.type())
            .createWith(TypedStorageCreator.class);
    if (demand.isItsOwn()) {
      bean.qualifier(Default.Literal.INSTANCE);
    }
  }

  @SuppressWarnings("unchecked") // the class only says where the bean is at home
  private static SyntheticBeanBuilder<Object> builder(
      SyntheticComponents components, Class<?> home) {
    return (SyntheticBeanBuilder<Object>) components.addBean(home);
  }

  /**
   * Opens the storages that must be open, and those that are asked for more than every storage
   * offers; hands them over to the application.
   *
   * @throws DeploymentException with every problem
   */
  @Validation
  public void validate() {
    Deployment checked = Objects.requireNonNull(deployment, "synthesis comes before validation");
    HandOver.put(handOver, checked.open());
  }
}
