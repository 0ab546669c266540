package io.undercroft.example.night;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** Titles of films. */
@Path("films")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class FilmsResource {
  @Inject Films films;

  /** Returns some titles that contain a text. */
  @GET
  public List<String> films(@QueryParam("containing") @DefaultValue("") String text) {
    return films.containing(text);
  }
}
