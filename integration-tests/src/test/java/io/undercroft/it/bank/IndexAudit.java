package io.undercroft.it.bank;

import static io.undercroft.storage.query.Field.field;

import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Compares what the bank's indexes answer with what a scan found, while nobody writes. */
final class IndexAudit {
  private static final List<IndexDefinition> INDEXES =
      List.of(
          IndexDefinition.ordered("by-balance", Order.asc("balance")),
          IndexDefinition.ordered("by-branch", Order.asc("branch")),
          IndexDefinition.ordered(
              "by-branch-and-balance", Order.asc("branch"), Order.desc("balance")));
  private static final int TOP = 10;

  private final IndexedStorage<Account> storage;
  private final Map<String, Account> all;
  private final List<String> wrong = new ArrayList<>();
  private int byIndex;

  private IndexAudit(IndexedStorage<Account> storage, Map<String, Account> all) {
    this.storage = storage;
    this.all = new TreeMap<>(all);
  }

  static void createIndexes(IndexedStorage<Account> storage) {
    INDEXES.forEach(storage::createIndex);
  }

  /**
   * Returns what is wrong, one line each.
   *
   * @param all what a scan found
   */
  static List<String> of(IndexedStorage<Account> storage, Map<String, Account> all) {
    return new IndexAudit(storage, all).wrong();
  }

  /**
   * Returns what is wrong with one branch while the bank is open: balances change, branches do not,
   * so each of its accounts is found exactly once.
   */
  static List<String> ofBranch(IndexedStorage<Account> storage, String branch, long size) {
    Query query = Query.where(field("branch").eq(branch));
    List<String> wrong = new ArrayList<>();
    long count = storage.count(query);
    if (count != size) {
      wrong.add(branch + " counts " + count + " accounts by index instead of " + size);
    }
    List<String> keys;
    try (Stream<QueryResult<Account>> results = storage.query(query)) {
      keys = results.map(QueryResult::key).toList();
    }
    if (keys.size() != size || new TreeSet<>(keys).size() != size) {
      wrong.add(branch + " has " + size + " accounts, the index finds " + keys);
    }
    return wrong;
  }

  private List<String> wrong() {
    List<IndexDefinition> found =
        storage.listIndexes().stream()
            .map(IndexInfo::definition)
            .sorted(Comparator.comparing(IndexDefinition::name))
            .toList();
    if (!found.equals(INDEXES)) {
      wrong.add("the indexes are " + found + " instead of " + INDEXES);
    }
    TreeSet<String> branches = new TreeSet<>(List.of("branch", "branch-9"));
    all.values().forEach(account -> branches.add(account.branch()));
    for (String branch : branches) {
      compare(field("branch").eq(branch), account -> account.branch().equals(branch));
    }
    compare(
        field("branch").gt("branch-2").and(field("branch").lte("branch-5")),
        account ->
            account.branch().compareTo("branch-2") > 0
                && account.branch().compareTo("branch-5") <= 0);
    List<Long> balances = all.values().stream().map(Account::balance).sorted().distinct().toList();
    for (int step = 0; step <= 4 && !balances.isEmpty(); step++) {
      compareAround(balances.get(step * (balances.size() - 1) / 4));
    }
    compareAround(-1);
    compareTop();
    if (byIndex == 0) {
      wrong.add("no query was answered from an index");
    }
    return wrong;
  }

  private void compareAround(long balance) {
    compare(field("balance").eq(balance), account -> account.balance() == balance);
    compare(field("balance").lt(balance), account -> account.balance() < balance);
    compare(field("balance").gte(balance), account -> account.balance() >= balance);
    compare(
        field("balance").gte(balance - 5).and(field("balance").lt(balance + 5)),
        account -> account.balance() >= balance - 5 && account.balance() < balance + 5);
    compare(
        field("branch").eq("branch-1").and(field("balance").lte(balance)),
        account -> account.branch().equals("branch-1") && account.balance() <= balance);
  }

  private void compare(Condition condition, Predicate<Account> meaning) {
    Query query = Query.where(condition);
    Map<String, Account> expected = new TreeMap<>(all);
    expected.values().removeIf(meaning.negate());
    Map<String, Account> answered = new TreeMap<>();
    try (Stream<QueryResult<Account>> results = storage.query(query)) {
      results.forEach(
          result -> {
            if (answered.put(result.key(), result.value()) != null) {
              wrong.add(condition + " finds " + result.key() + " twice");
            }
          });
    }
    long count = storage.count(query);
    if (count != expected.size()) {
      wrong.add(condition + " counts " + count + " by index, " + expected.size() + " by scan");
    }
    if (!answered.equals(expected)) {
      Map<String, Account> both = new TreeMap<>(answered);
      both.entrySet().retainAll(expected.entrySet());
      answered.entrySet().removeAll(both.entrySet());
      expected.entrySet().removeAll(both.entrySet());
      wrong.add(condition + " finds " + answered + " by index only, " + expected + " by scan only");
    }
    if (!storage.explain(query).indexes().isEmpty()) {
      byIndex++;
    }
  }

  private void compareTop() {
    List<String> expected =
        all.entrySet().stream()
            .sorted(
                Comparator.comparing(
                        (Map.Entry<String, Account> entry) -> -entry.getValue().balance())
                    .thenComparing(Map.Entry::getKey))
            .limit(TOP)
            .map(Map.Entry::getKey)
            .toList();
    List<String> answered;
    try (Stream<QueryResult<Account>> results =
        storage.query(Query.all().orderBy(Order.desc("balance")).limit(TOP))) {
      answered = results.map(QueryResult::key).toList();
    }
    if (!answered.equals(expected)) {
      wrong.add("the richest are " + answered + " by index, " + expected + " by scan");
    }
  }
}
