package io.undercroft.example.night;

import io.undercroft.storage.StorageException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Tells what a storage says, without its inside; the log has all of it. */
@Provider
public class StorageTrouble implements ExceptionMapper<StorageException> {
  private static final Logger LOG = System.getLogger(StorageTrouble.class.getName());

  @Override
  public Response toResponse(StorageException failure) {
    return switch (failure.code()) {
      case INVALID_KEY, INVALID_VALUE ->
          Problem.of(Status.BAD_REQUEST, "The storage cannot hold this: " + failure.code());
      case VERSION_CONFLICT -> Problem.of(Status.CONFLICT, "Somebody else was quicker.");
      default -> {
        LOG.log(Level.WARNING, "a request failed", failure);
        yield Problem.of(
            Status.SERVICE_UNAVAILABLE, "The storage does not answer as it should; try again.");
      }
    };
  }
}
