package io.undercroft.it.bank;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The judge: what everything in a bank of this size must be, seen at one moment.
 *
 * <p>A transfer changes two accounts and the till of its teller, so that all money together stays
 * the same, and the accounts have taken part in twice as many transfers as the tills have made.
 */
final class Books {
  private static final long OPENING_BALANCE = 1_000;
  private static final int BRANCHES = 7;
  private static final String TILLS = "tills";

  private final int accounts;
  private final int tellers;
  private final Map<String, Account> opening;

  /**
   * Makes the books of a bank.
   *
   * @param accounts how many there are, at least 3
   * @param tellers how many make transfers
   */
  Books(int accounts, int tellers) {
    if (accounts < 3 || tellers < 1) {
      throw new IllegalArgumentException(
          "a bank has 3 accounts and 1 teller at least, got " + accounts + " and " + tellers);
    }
    this.accounts = accounts;
    this.tellers = tellers;
    Map<String, Account> all = new LinkedHashMap<>();
    for (int i = 0; i < accounts; i++) {
      all.put(account(i), new Account("branch-" + i % BRANCHES, OPENING_BALANCE, 0));
    }
    for (int i = 0; i < tellers; i++) {
      all.put(till(i), new Account(TILLS, 0, 0));
    }
    this.opening = Collections.unmodifiableMap(all);
  }

  int accounts() {
    return accounts;
  }

  int tellers() {
    return tellers;
  }

  static String account(int number) {
    return String.format("account-%04d", number);
  }

  static String till(int teller) {
    return String.format("till-%02d", teller);
  }

  /** Returns what is there on the first day. */
  Map<String, Account> opening() {
    return opening;
  }

  /** Returns how many entries each branch has, always. */
  Map<String, Long> branches() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    opening.values().forEach(account -> sizes.merge(account.branch(), 1L, Long::sum));
    return sizes;
  }

  /** Returns the transfers that each till has counted. */
  List<Long> counted(Map<String, Account> seen) {
    return IntStream.range(0, tellers)
        .mapToObj(teller -> seen.get(till(teller)))
        .map(till -> till == null ? 0 : till.transfers())
        .toList();
  }

  /**
   * Returns what is wrong, one line each.
   *
   * @param seen everything that was there
   * @param least for each teller, how many transfers were acknowledged before that moment
   * @param most for each teller, how many were begun before it was over
   */
  List<String> wrong(Map<String, Account> seen, List<Long> least, List<Long> most) {
    List<String> wrong = new ArrayList<>();
    opening.forEach((key, first) -> judge(key, first, seen.get(key), wrong));
    for (String strange : new TreeSet<>(seen.keySet())) {
      if (!opening.containsKey(strange)) {
        wrong.add(strange + " is not of the bank");
      }
    }
    long sum = seen.values().stream().mapToLong(Account::balance).sum();
    long money = accounts * OPENING_BALANCE;
    if (sum != money) {
      wrong.add("the sum is " + sum + " instead of " + money);
    }
    long made = transfers(seen, true);
    long taken = transfers(seen, false);
    if (taken != 2 * made) {
      wrong.add("the tills made " + made + " transfers, the accounts took part in " + taken);
    }
    List<Long> counted = counted(seen);
    for (int teller = 0; teller < tellers; teller++) {
      long number = counted.get(teller);
      if (number < least.get(teller) || number > most.get(teller)) {
        wrong.add(
            till(teller)
                + " has made "
                + number
                + " transfers; "
                + least.get(teller)
                + " were acknowledged, "
                + most.get(teller)
                + " begun");
      }
    }
    return wrong;
  }

  private static void judge(
      String key, Account first, @Nullable Account now, Collection<String> wrong) {
    if (now == null) {
      wrong.add(key + " is gone");
    } else if (!now.branch().equals(first.branch())) {
      wrong.add(key + " is in " + now.branch() + " instead of " + first.branch());
    } else if (now.balance() < 0) {
      wrong.add(key + " is overdrawn: " + now.balance());
    }
  }

  private static long transfers(Map<String, Account> seen, boolean ofTills) {
    return seen.values().stream()
        .filter(account -> account.branch().equals(TILLS) == ofTills)
        .mapToLong(Account::transfers)
        .sum();
  }
}
