package io.undercroft.testkit.history;

import io.undercroft.testkit.history.Dependencies.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Anomalies in a history of transactions that append to lists and read them, in the manner of Elle
 * (Kingsbury and Alvaro, VLDB 2020): a list tells the order of all appends before its last, so the
 * dependencies need no guessing. What it finds did happen; it need not find all.
 *
 * <p>Every appended element is unique in its key. An append is one whole write of the list, and so
 * a list whose last element is not the last that its transaction appended is an intermediate
 * version. Lists are empty at the start. Read every list once more when all is over, in a
 * transaction of its own: what no read has seen tells nothing.
 *
 * <p><b>Threads:</b> safe; it has no state.
 */
public final class ListAppend {
  private final List<Transaction> transactions;
  private final Map<String, Map<String, Transaction>> appenders = new HashMap<>();
  private final Map<String, List<Seen>> reads = new LinkedHashMap<>();
  private final List<Finding> found = new ArrayList<>();
  private final Dependencies dependencies = new Dependencies();

  /**
   * One transaction.
   *
   * @param name unique in the history
   * @param outcome what became of it
   * @param steps what it did, in its order
   */
  public record Transaction(String name, Outcome outcome, List<Step> steps) {
    /** Checks that nothing is {@code null} and copies the list. */
    public Transaction {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(outcome, "outcome");
      steps = List.copyOf(steps);
    }

    private boolean isNobody() {
      return this.equals(NOBODY);
    }
  }

  /** What a transaction did. */
  public sealed interface Step {
    /** Returns the key of the list. */
    String key();
  }

  /**
   * It appended.
   *
   * @param key the list
   * @param element what, unique in the list
   */
  public record Append(String key, String element) implements Step {
    /** Checks that nothing is {@code null}. */
    public Append {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(element, "element");
    }
  }

  /**
   * It read.
   *
   * @param key the list
   * @param elements what was there
   */
  public record Read(String key, List<String> elements) implements Step {
    /** Checks that nothing is {@code null} and copies the list. */
    public Read {
      Objects.requireNonNull(key, "key");
      elements = List.copyOf(elements);
    }
  }

  /** A list as others had left it when a transaction read it: without what it appended itself. */
  private record Seen(Transaction reader, List<String> elements) {}

  private ListAppend(List<Transaction> transactions) {
    this.transactions = transactions;
  }

  /**
   * Returns what is wrong, at most one finding of a kind of cycle.
   *
   * @throws IllegalArgumentException if a name or an element comes twice
   */
  public static List<Finding> check(List<Transaction> history) {
    return new ListAppend(List.copyOf(history)).check();
  }

  private List<Finding> check() {
    readAppends();
    transactions.stream().filter(this::counts).forEach(this::readSteps);
    Set<String> keys = new LinkedHashSet<>(appenders.keySet());
    keys.addAll(reads.keySet());
    keys.forEach(this::relate);
    found.addAll(dependencies.cycles());
    return List.copyOf(found);
  }

  private void readAppends() {
    Set<String> names = new HashSet<>();
    for (Transaction transaction : transactions) {
      if (!names.add(transaction.name())) {
        throw new IllegalArgumentException("two transactions are named " + transaction.name());
      }
      for (Step step : transaction.steps()) {
        if (step instanceof Append append
            && appenders
                    .computeIfAbsent(append.key(), key -> new LinkedHashMap<>())
                    .put(append.element(), transaction)
                != null) {
          throw new IllegalArgumentException(
              "'" + append.element() + "' is appended to '" + append.key() + "' twice");
        }
      }
    }
  }

  /** What is not known to be committed counts if a committed one has seen it. */
  private boolean counts(Transaction transaction) {
    return transaction.outcome() == Outcome.COMMITTED
        || (transaction.outcome() == Outcome.UNKNOWN
            && transactions.stream()
                .filter(other -> other.outcome() == Outcome.COMMITTED)
                .flatMap(other -> other.steps().stream())
                .anyMatch(
                    step ->
                        step instanceof Read read
                            && read.elements().stream()
                                .anyMatch(e -> appender(read.key(), e).equals(transaction))));
  }

  private Transaction appender(String key, String element) {
    Transaction appender = appenders.getOrDefault(key, Map.of()).get(element);
    return appender != null ? appender : NOBODY;
  }

  private static final Transaction NOBODY = new Transaction("nobody", Outcome.ABORTED, List.of());

  private void readSteps(Transaction transaction) {
    Map<String, List<String>> own = new HashMap<>();
    for (Step step : transaction.steps()) {
      if (step instanceof Append append) {
        own.computeIfAbsent(append.key(), key -> new ArrayList<>()).add(append.element());
      } else if (step instanceof Read read) {
        List<String> mine = own.getOrDefault(read.key(), List.of());
        List<String> elements = read.elements();
        if (!elements.stream().filter(mine::contains).toList().equals(mine)) {
          found.add(
              new Finding(
                  Anomaly.INTERNAL,
                  transaction.name()
                      + " appended "
                      + mine
                      + " to '"
                      + read.key()
                      + "' and read "
                      + elements));
        } else if (!mine.isEmpty()) {
          elements = elements.subList(0, elements.indexOf(mine.get(0)));
        }
        judge(transaction, read.key(), elements);
        reads
            .computeIfAbsent(read.key(), key -> new ArrayList<>())
            .add(new Seen(transaction, elements));
      }
    }
  }

  private void judge(Transaction reader, String key, List<String> elements) {
    for (String element : elements) {
      Transaction writer = appender(key, element);
      if (writer.isNobody()) {
        found.add(
            new Finding(
                Anomaly.GARBAGE,
                reader.name() + " read '" + element + "' of '" + key + "': nobody appended it"));
      } else if (writer.outcome() == Outcome.ABORTED) {
        found.add(
            new Finding(
                Anomaly.G1A,
                reader.name()
                    + " read '"
                    + element
                    + "' of '"
                    + key
                    + "', appended by "
                    + writer.name()
                    + ", which was rolled back"));
      }
    }
    if (!elements.isEmpty()) {
      String last = elements.get(elements.size() - 1);
      Transaction writer = appender(key, last);
      List<String> all = appends(writer, key);
      if (!writer.isNobody() && !writer.equals(reader) && !last.equals(all.get(all.size() - 1))) {
        found.add(
            new Finding(
                Anomaly.G1B,
                reader.name()
                    + " read "
                    + elements
                    + " of '"
                    + key
                    + "', though "
                    + writer.name()
                    + " appended "
                    + all));
      }
    }
  }

  private static List<String> appends(Transaction transaction, String key) {
    return transaction.steps().stream()
        .filter(step -> step instanceof Append && step.key().equals(key))
        .map(step -> ((Append) step).element())
        .toList();
  }

  private void relate(String key) {
    List<Seen> seen = reads.getOrDefault(key, List.of());
    for (Seen one : seen) {
      if (!one.elements().isEmpty()) {
        Transaction writer = appender(key, one.elements().get(one.elements().size() - 1));
        if (counts(writer)) {
          dependencies.add(writer.name(), one.reader().name(), Kind.WR, key);
        }
      }
    }
    if (lostUpdates(key)) {
      return; // what is not seen may have been overwritten, and then it was not the last
    }
    List<String> longest = List.of();
    for (Seen one : seen) {
      List<String> shorter = one.elements();
      List<String> longer = longest;
      if (shorter.size() > longer.size()) {
        shorter = longest;
        longer = one.elements();
      }
      if (!longer.subList(0, shorter.size()).equals(shorter)
          || new HashSet<>(longer).size() < longer.size()) {
        found.add(
            new Finding(
                Anomaly.INCOMPATIBLE_ORDER,
                one.reader().name()
                    + " read "
                    + one.elements()
                    + " of '"
                    + key
                    + "', and there is "
                    + longest));
        return; // there is no order to go by
      }
      longest = longer;
    }
    relateInOrder(key, seen, longest);
  }

  private void relateInOrder(String key, List<Seen> seen, List<String> order) {
    List<String> counting = order.stream().filter(e -> counts(appender(key, e))).toList();
    List<Transaction> unseen = new ArrayList<>();
    appenders
        .getOrDefault(key, Map.of())
        .forEach(
            (element, writer) -> {
              if (counts(writer) && !order.contains(element)) {
                unseen.add(writer);
              }
            });
    for (int i = 0; i < counting.size(); i++) {
      String writer = appender(key, counting.get(i)).name();
      if (i + 1 < counting.size()) {
        dependencies.add(writer, appender(key, counting.get(i + 1)).name(), Kind.WW, key);
      } else {
        unseen.forEach(later -> dependencies.add(writer, later.name(), Kind.WW, key));
      }
    }
    for (Seen one : seen) {
      String reader = one.reader().name();
      long there = one.elements().stream().filter(counting::contains).count();
      if (there < counting.size()) {
        dependencies.add(reader, appender(key, counting.get((int) there)).name(), Kind.RW, key);
      } else {
        unseen.forEach(later -> dependencies.add(reader, later.name(), Kind.RW, key));
      }
    }
  }

  /** Whoever appends to what he read must be alone with that. */
  private boolean lostUpdates(String key) {
    boolean any = false;
    Map<List<String>, Transaction> updatedBy = new HashMap<>();
    for (Transaction transaction : transactions) {
      if (counts(transaction)) {
        List<String> base = null;
        for (Step step : transaction.steps()) {
          if (step.key().equals(key)) {
            if (step instanceof Read read) {
              base = read.elements();
            } else {
              break;
            }
          }
        }
        if (base != null && !appends(transaction, key).isEmpty()) {
          Transaction other = updatedBy.putIfAbsent(base, transaction);
          if (other != null) {
            any = true;
            found.add(
                new Finding(
                    Anomaly.LOST_UPDATE,
                    other.name()
                        + " and "
                        + transaction.name()
                        + " both read "
                        + base
                        + " of '"
                        + key
                        + "' and appended to it"));
          }
        }
      }
    }
    return any;
  }
}
