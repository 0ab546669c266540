package io.undercroft.layer.validate;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Jakarta Validation says of values.
 *
 * <p><b>Threads:</b> safe for concurrent use, as a {@link Validator} is.
 */
final class Constraints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Constraints.class);

  /** Where Jakarta EE 10 puts the factory of an application, in its chapter on naming. */
  private static final String OF_THE_CONTAINER = "java:comp/ValidatorFactory";

  private static final Pattern PARAMETER = Pattern.compile("\\{([^{}]*)}");
  private static final int SHOWN = 20;

  private final Validator validator;
  private final Runnable closing;

  private Constraints(ValidatorFactory factory, Runnable closing) {
    this.validator = factory.getValidator();
    this.closing = closing;
  }

  /** Returns those of the container, or else of the class path. */
  static Constraints find() {
    Optional<ValidatorFactory> container = ofContainer();
    if (container.isPresent()) {
      return new Constraints(container.get(), () -> {});
    }
    try {
      ValidatorFactory own = Validation.buildDefaultValidatorFactory();
      return new Constraints(own, own::close);
    } catch (ValidationException e) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the layer 'validate' needs a provider of Jakarta Validation, and none starts: "
              + e.getMessage()
              + "; add org.hibernate.validator:hibernate-validator and an implementation of Jakarta"
              + " Expression Language, or leave the layer out",
          e);
    }
  }

  @SuppressWarnings("BanJNDI") // a fixed name in the container's own space
  private static Optional<ValidatorFactory> ofContainer() {
    try {
      return InitialContext.doLookup(OF_THE_CONTAINER) instanceof ValidatorFactory factory
          ? Optional.of(factory)
          : Optional.empty();
    } catch (NamingException e) {
      LOG.debug("there is no {}", OF_THE_CONTAINER, e);
      return Optional.empty();
    }
  }

  /**
   * Checks a value, and what it has that is {@code @Valid}.
   *
   * @throws StorageException INVALID_VALUE, which names what is broken and shows no value
   */
  void check(Object value, String type) {
    Set<ConstraintViolation<Object>> broken = validator.validate(value);
    if (broken.isEmpty()) {
      return;
    }
    Set<String> words = new TreeSet<>();
    for (ConstraintViolation<Object> one : broken) {
      words.add(place(one.getPropertyPath()) + words(one));
    }
    String all = String.join("; ", words.stream().limit(SHOWN).toList());
    throw StorageException.of(
            ErrorCode.INVALID_VALUE,
            "the value does not keep the constraints of "
                + type
                + ": "
                + all
                + (words.size() > SHOWN ? "; and " + (words.size() - SHOWN) + " more" : ""))
        .with("violations", all);
  }

  /** Properties and places in lists; never the key of a map, which is part of the value. */
  private static String place(Path path) {
    StringBuilder place = new StringBuilder();
    for (Path.Node node : path) {
      if (node.isInIterable()) {
        place.append('[').append(node.getIndex() == null ? "" : node.getIndex()).append(']');
      }
      if (node.getName() != null && !node.getName().startsWith("<")) {
        place.append(place.isEmpty() ? "" : ".").append(node.getName());
      }
    }
    return place.isEmpty() ? "" : place + " ";
  }

  /**
   * The message, where it is known not to show the value: one of the specification's or the
   * provider's own, or one that stands in the code and has nothing put in but the constraint's own
   * attributes. Else the constraint's name.
   */
  private static String words(ConstraintViolation<?> broken) {
    String template = broken.getMessageTemplate();
    boolean known =
        template.startsWith("{jakarta.validation.constraints.")
            || template.startsWith("{org.hibernate.validator.constraints.");
    boolean plain =
        !template.contains("${")
            && PARAMETER
                .matcher(template)
                .results()
                .allMatch(
                    found ->
                        broken
                            .getConstraintDescriptor()
                            .getAttributes()
                            .containsKey(found.group(1)));
    return known || plain
        ? broken.getMessage()
        : "breaks @"
            + broken.getConstraintDescriptor().getAnnotation().annotationType().getSimpleName();
  }

  @Override
  public void close() {
    closing.run();
  }
}
