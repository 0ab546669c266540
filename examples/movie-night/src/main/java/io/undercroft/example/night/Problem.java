package io.undercroft.example.night;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** What went wrong, as RFC 9457 has it. */
final class Problem {
  private static final String TYPE = "application/problem+json";

  private Problem() {}

  static Response of(Response.Status status, String detail) {
    return answer(status, body(status, detail));
  }

  /**
   * Returns one about several places of what was sent.
   *
   * @param errors what is wrong, by the place
   */
  static Response of(Response.Status status, String detail, Map<String, String> errors) {
    JsonArrayBuilder all = Json.createArrayBuilder();
    errors.forEach(
        (place, error) ->
            all.add(Json.createObjectBuilder().add("pointer", place).add("detail", error)));
    return answer(status, body(status, detail).add("errors", all));
  }

  private static JsonObjectBuilder body(Response.Status status, String detail) {
    return Json.createObjectBuilder()
        .add("type", "about:blank")
        .add("title", status.getReasonPhrase())
        .add("status", status.getStatusCode())
        .add("detail", detail);
  }

  private static Response answer(Response.Status status, JsonObjectBuilder body) {
    return Response.status(status).type(TYPE).entity(body.build().toString()).build();
  }
}
