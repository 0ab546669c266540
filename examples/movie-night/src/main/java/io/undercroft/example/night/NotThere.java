package io.undercroft.example.night;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Tells what there is not. */
@Provider
public class NotThere implements ExceptionMapper<NotFoundException> {
  @Override
  public Response toResponse(NotFoundException failure) {
    return Problem.of(Response.Status.NOT_FOUND, String.valueOf(failure.getMessage()));
  }
}
