package io.undercroft.health;

import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageHealth;
import io.undercroft.storage.Undercroft;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * The check {@code undercroft} of MicroProfile Health's {@code /health/ready}: up if every required
 * storage gives a sign of life. Its data name each storage that was asked, with {@code UP} or the
 * code of what it failed with; never an address or a secret. One that is not required is told, and
 * does not count.
 *
 * <p>Each call asks the engines anew, and may take as long as their time-outs.
 */
@Readiness
@ApplicationScoped
public class StorageReadiness implements HealthCheck {
  private static final String NAME = "undercroft";

  @Inject Undercroft undercroft;

  /** For the container. */
  public StorageReadiness() {}

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(NAME);
    boolean up = true;
    try {
      for (StorageHealth storage : undercroft.health()) {
        up &= storage.isUp() || !storage.required();
        response.withData(
            storage.storage(), storage.failure().map(failed -> failed.code().name()).orElse("UP"));
      }
    } catch (StorageException e) {
      up = false;
      response.withData("undercroft", e.code().name());
    }
    return response.status(up).build();
  }
}
