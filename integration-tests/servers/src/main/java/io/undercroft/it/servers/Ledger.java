package io.undercroft.it.servers;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Optional;

/** Transfers: what one database gives, another takes, in one transaction of the server. */
@ApplicationScoped
public class Ledger {
  @Inject
  @StorageName("debits")
  Storage<Long> debits;

  @Inject
  @StorageName("credits")
  Storage<Long> credits;

  /** Books an amount in both; throws at the end if it is to fail. */
  @Transactional
  public void book(String account, long amount, boolean fail) {
    debits.update(account, there -> there.map(old -> old - amount).or(() -> Optional.of(-amount)));
    credits.update(account, there -> there.map(old -> old + amount).or(() -> Optional.of(amount)));
    if (fail) {
      throw new IllegalStateException("the booking fails after both were written");
    }
  }

  /** Returns what stands in both. */
  public String balance(String account) {
    return debits.get(account).orElse(0L) + " " + credits.get(account).orElse(0L);
  }
}
