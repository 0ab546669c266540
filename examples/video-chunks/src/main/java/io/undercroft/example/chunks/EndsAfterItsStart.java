package io.undercroft.example.chunks;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A chunk ends after it starts. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = EndsAfterItsStart.Rule.class)
public @interface EndsAfterItsStart {
  /** What is said of a chunk for which it does not hold. */
  String message() default "must be after startTime";

  /** As Jakarta Validation wants it. */
  Class<?>[] groups() default {};

  /** As Jakarta Validation wants it. */
  Class<? extends Payload>[] payload() default {};

  /** The check; its message is about {@code endTime}. */
  final class Rule implements ConstraintValidator<EndsAfterItsStart, Chunk> {
    @Override
    public boolean isValid(Chunk chunk, ConstraintValidatorContext context) {
      if (chunk.endTime() > chunk.startTime()) {
        return true;
      }
      context.disableDefaultConstraintViolation();
      context
          .buildConstraintViolationWithTemplate(context.getDefaultConstraintMessageTemplate())
          .addPropertyNode("endTime")
          .addConstraintViolation();
      return false;
    }
  }
}
