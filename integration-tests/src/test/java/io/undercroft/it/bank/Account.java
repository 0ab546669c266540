package io.undercroft.it.bank;

/**
 * An entry of the bank: a customer's account, or the till of a teller.
 *
 * @param branch where it is kept; never changes
 * @param balance the money in it
 * @param transfers how many it took part in; of a till, the number of its teller's last one
 */
public record Account(String branch, long balance, long transfers) {
  /** Returns it after one more transfer that adds this much, or takes it if negative. */
  Account moved(long amount) {
    return new Account(branch, balance + amount, transfers + 1);
  }
}
