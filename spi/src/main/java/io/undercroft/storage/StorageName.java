package io.undercroft.storage;

import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

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
}
