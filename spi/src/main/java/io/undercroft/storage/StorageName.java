package io.undercroft.storage;

import jakarta.inject.Qualifier;
import java.io.Serial;
import java.io.Serializable;
import java.lang.annotation.Annotation;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Objects;

/**
 * Names a storage: at an injection point, on a typed storage interface, or on a CDI bean that is a
 * layer for that storage.
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({
  ElementType.TYPE,
  ElementType.FIELD,
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.ANNOTATION_TYPE
})
public @interface StorageName {
  /** The name of the default storage, the one that {@code storage.type} configures. */
  String DEFAULT = "default";

  /** The storage's name: {@code rooms} for {@code storages.rooms.type}. */
  String value() default DEFAULT;

  /**
   * A {@link StorageName} made in code, for a programmatic look-up: {@code
   * storages.select(StorageName.Literal.of("rooms"))}.
   *
   * <p><b>Threads:</b> immutable.
   */
  final class Literal implements StorageName, Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private final String name;

    private Literal(String name) {
      this.name = Objects.requireNonNull(name, "name");
    }

    /** Returns the annotation with this name. */
    public static Literal of(String name) {
      return new Literal(name);
    }

    @Override
    public String value() {
      return name;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
      return StorageName.class;
    }

    /** As {@link Annotation#equals}: also equal to the annotation of this name in a class file. */
    @Override
    public boolean equals(Object other) {
      return other instanceof StorageName that && that.value().equals(name);
    }

    /** As {@link Annotation#hashCode}. */
    @Override
    public int hashCode() {
      return (127 * "value".hashCode()) ^ name.hashCode();
    }

    @Override
    public String toString() {
      return "@" + StorageName.class.getName() + "(\"" + name + "\")";
    }
  }
}
