package io.undercroft.example.chunks;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.List;

/**
 * The rules that stand on {@link Chunk}, checked.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class ChunkRules {
  private static final Validator VALIDATOR =
      Validation.buildDefaultValidatorFactory().getValidator();

  private ChunkRules() {}

  /** Returns what is wrong with a chunk, sorted; empty if nothing is. */
  static List<String> problemsOf(Chunk chunk) {
    return VALIDATOR.validate(chunk).stream().map(ChunkRules::problem).sorted().toList();
  }

  private static String problem(ConstraintViolation<Chunk> violation) {
    return violation.getPropertyPath() + " " + violation.getMessage();
  }
}
