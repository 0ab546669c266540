package io.undercroft.example.night;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.Map;
import java.util.TreeMap;

/** Tells everything that is wrong with what was sent. */
@Provider
public class InvalidInput implements ExceptionMapper<ConstraintViolationException> {
  @Override
  public Response toResponse(ConstraintViolationException failure) {
    Map<String, String> errors = new TreeMap<>();
    for (ConstraintViolation<?> violation : failure.getConstraintViolations()) {
      errors.merge(
          "/" + last(violation.getPropertyPath()),
          violation.getMessage(),
          (one, other) -> one.compareTo(other) < 0 ? one + "; " + other : other + "; " + one);
    }
    return Problem.of(
        Response.Status.BAD_REQUEST, "What was sent is not complete, or too long.", errors);
  }

  private static String last(Path path) {
    String name = "";
    for (Path.Node node : path) {
      name = node.getName();
    }
    return name;
  }
}
