package io.undercroft.it.servers;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Bookings and balances. */
@Path("ledger/{account}")
@RequestScoped
@Produces(MediaType.TEXT_PLAIN)
public class LedgerResource {
  @Inject Ledger ledger;

  /** Books an amount. */
  @POST
  public Response book(
      @PathParam("account") String account,
      @QueryParam("amount") long amount,
      @QueryParam("fail") boolean fail) {
    try {
      ledger.book(account, amount, fail);
      return Response.ok(ledger.balance(account)).build();
    } catch (IllegalStateException e) {
      return Response.status(Response.Status.CONFLICT).entity(e.getMessage()).build();
    }
  }

  /** Returns what was taken and given. */
  @GET
  public String balance(@PathParam("account") String account) {
    return ledger.balance(account);
  }
}
