package io.undercroft.testkit.history;

import io.undercroft.storage.Isolation;
import io.undercroft.testkit.history.Dependencies.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A short history of transactions over entries that are read, overwritten, removed and listed, with
 * what was there before and after. Every value is written once, so that a read tells whose write it
 * saw. What the history leaves open (the order of writes, commits whose answer was lost) is judged
 * in favour of the engine: every possibility is tried, which takes time that grows with the
 * factorial of the transactions.
 *
 * <p><b>Threads:</b> immutable.
 *
 * @param before the entries at the start
 * @param transactions those that ran, in any order
 * @param after the entries when all was over
 */
public record RegisterHistory(
    Map<String, String> before, List<Transaction> transactions, Map<String, String> after) {
  private static final String START = "the start";
  private static final String END = "the end";

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

    private Optional<Write> lastWrite(String key) {
      Optional<Write> last = Optional.empty();
      for (Step step : steps) {
        if (step instanceof Write write && write.key().equals(key)) {
          last = Optional.of(write);
        }
      }
      return last;
    }
  }

  /** What a transaction did. */
  public sealed interface Step {}

  /**
   * It read an entry by its key.
   *
   * @param key the key
   * @param value what was there
   */
  public record Read(String key, Optional<String> value) implements Step {
    /** Checks that nothing is {@code null}. */
    public Read {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * It wrote or removed an entry.
   *
   * @param key the key
   * @param value what was written; empty for a removal
   */
  public record Write(String key, Optional<String> value) implements Step {
    /** Checks that nothing is {@code null}. */
    public Write {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * It listed the keys that start with a prefix: a read by predicate.
   *
   * @param prefix the prefix
   * @param found the keys
   */
  public record Keys(String prefix, Set<String> found) implements Step {
    /** Checks that nothing is {@code null} and copies the set. */
    public Keys {
      Objects.requireNonNull(prefix, "prefix");
      found = Collections.unmodifiableSet(new TreeSet<>(found));
    }
  }

  /** Copies what it is made of. */
  public RegisterHistory {
    before = Collections.unmodifiableMap(new TreeMap<>(before));
    transactions = List.copyOf(transactions);
    after = Collections.unmodifiableMap(new TreeMap<>(after));
    Set<String> names = new HashSet<>(Set.of(START, END));
    Set<String> values = new HashSet<>(before.values());
    for (Transaction transaction : transactions) {
      if (!names.add(transaction.name())) {
        throw new IllegalArgumentException("two transactions are named " + transaction.name());
      }
      for (Step step : transaction.steps()) {
        if (step instanceof Write write
            && write.value().isPresent()
            && !values.add(write.value().get())) {
          throw new IllegalArgumentException("'" + write.value().get() + "' is written twice");
        }
      }
    }
  }

  /**
   * Returns the anomalies that are forbidden at this level; empty if there is a way to read the
   * history without any.
   */
  public List<Finding> check(Isolation level) {
    List<Finding> fewest = null;
    for (Set<String> committed : possibleCommits()) {
      Finding lost = lostWrite(committed);
      List<List<Finding>> readings =
          lost != null ? List.of(List.of(lost)) : new Reading(committed).findings(level);
      for (List<Finding> findings : readings) {
        if (findings.isEmpty()) {
          return List.of();
        }
        if (fewest == null || findings.size() < fewest.size()) {
          fewest = findings;
        }
      }
    }
    return fewest == null ? List.of() : List.copyOf(fewest);
  }

  private List<Set<String>> possibleCommits() {
    List<Set<String>> possible = new ArrayList<>();
    possible.add(new LinkedHashSet<>());
    for (Transaction transaction : transactions) {
      if (transaction.outcome() == Outcome.UNKNOWN) {
        for (Set<String> without : List.copyOf(possible)) {
          Set<String> with = new LinkedHashSet<>(without);
          with.add(transaction.name());
          possible.add(with);
        }
      } else if (transaction.outcome() == Outcome.COMMITTED) {
        possible.forEach(names -> names.add(transaction.name()));
      }
    }
    return possible;
  }

  private Set<String> keys() {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (Transaction transaction : transactions) {
      for (Step step : transaction.steps()) {
        if (step instanceof Write write) {
          keys.add(write.key());
        }
      }
    }
    return keys;
  }

  private List<Transaction> only(Set<String> committed) {
    return transactions.stream().filter(t -> committed.contains(t.name())).toList();
  }

  /** What is there at the end is the last write of one of those that were committed. */
  private @Nullable Finding lostWrite(Set<String> committed) {
    for (String key : keys()) {
      Optional<String> left = Optional.ofNullable(after.get(key));
      List<Write> last = only(committed).stream().flatMap(t -> t.lastWrite(key).stream()).toList();
      boolean explained =
          last.isEmpty()
              ? left.equals(Optional.ofNullable(before.get(key)))
              : last.stream().anyMatch(write -> write.value().equals(left));
      if (!explained) {
        return new Finding(
            Anomaly.LOST_WRITE,
            "in the end there is "
                + shown(left)
                + " under '"
                + key
                + "'; at the start there was "
                + shown(Optional.ofNullable(before.get(key)))
                + ", and what was committed of it is "
                + last.stream().map(write -> shown(write.value())).toList());
      }
    }
    return null;
  }

  private static String shown(Optional<String> value) {
    return value.map(text -> "'" + text + "'").orElse("nothing");
  }

  /** The history with one assumption about who was committed. */
  private final class Reading {
    private final Set<String> committed;

    Reading(Set<String> committed) {
      this.committed = committed;
    }

    /** Returns the forbidden findings under each possible order of the writes. */
    List<List<Finding>> findings(Isolation level) {
      List<Finding> ofReads = new ArrayList<>();
      only(committed).forEach(transaction -> judgeReads(transaction, ofReads));
      List<List<Finding>> all = new ArrayList<>();
      for (Map<String, List<String>> order : orders()) {
        List<Finding> findings = new ArrayList<>(ofReads);
        lostUpdates(findings);
        findings.addAll(dependencies(order).cycles());
        findings.removeIf(finding -> !finding.anomaly().isForbiddenAt(level));
        all.add(findings);
      }
      if (level == Isolation.SERIALIZABLE && !isSerial()) {
        Finding finding =
            new Finding(
                Anomaly.NOT_SERIAL,
                "no order of "
                    + committed
                    + ", one after the other, gives what they read and what they left");
        all.forEach(findings -> findings.add(finding));
      }
      return all;
    }

    private void judgeReads(Transaction reader, List<Finding> findings) {
      Map<String, Optional<String>> own = new HashMap<>();
      for (Step step : reader.steps()) {
        if (step instanceof Write write) {
          own.put(write.key(), write.value());
        } else if (step instanceof Read read) {
          Optional<String> mine = own.get(read.key());
          if (mine == null) {
            judgeRead(reader, read, findings);
          } else if (!mine.equals(read.value())) {
            findings.add(
                new Finding(
                    Anomaly.INTERNAL,
                    reader.name()
                        + " wrote "
                        + shown(mine)
                        + " to '"
                        + read.key()
                        + "' and read "
                        + shown(read.value())));
          }
        } else if (step instanceof Keys listing) {
          judgeListing(reader, listing, own, findings);
        }
      }
    }

    private void judgeRead(Transaction reader, Read read, List<Finding> findings) {
      if (read.value().isEmpty() || read.value().equals(start(read.key()))) {
        return;
      }
      for (Transaction writer : transactions) {
        if (writer.steps().contains(new Write(read.key(), read.value()))) {
          String what =
              reader.name()
                  + " read "
                  + shown(read.value())
                  + " under '"
                  + read.key()
                  + "', written by "
                  + writer.name();
          if (!committed.contains(writer.name())) {
            findings.add(new Finding(Anomaly.G1A, what + ", which was rolled back"));
          } else if (!writer
              .lastWrite(read.key())
              .map(Write::value)
              .equals(Optional.of(read.value()))) {
            findings.add(new Finding(Anomaly.G1B, what + ", which overwrote it"));
          }
          return;
        }
      }
      findings.add(
          new Finding(
              Anomaly.GARBAGE,
              reader.name()
                  + " read "
                  + shown(read.value())
                  + " under '"
                  + read.key()
                  + "': nobody wrote it"));
    }

    private void judgeListing(
        Transaction reader,
        Keys listing,
        Map<String, Optional<String>> own,
        List<Finding> findings) {
      own.forEach(
          (key, value) -> {
            if (key.startsWith(listing.prefix())
                && listing.found().contains(key) != value.isPresent()) {
              findings.add(
                  new Finding(
                      Anomaly.INTERNAL,
                      reader.name()
                          + " wrote "
                          + shown(value)
                          + " to '"
                          + key
                          + "' and found "
                          + listing.found()));
            }
          });
      for (String key : listing.found()) {
        if (own.containsKey(key) || start(key).isPresent()) {
          continue;
        }
        List<Transaction> writers = transactions.stream().filter(t -> writesValue(t, key)).toList();
        if (writers.isEmpty()) {
          findings.add(
              new Finding(
                  Anomaly.GARBAGE, reader.name() + " found '" + key + "': nobody wrote it"));
        } else if (writers.stream().noneMatch(writer -> committed.contains(writer.name()))) {
          findings.add(
              new Finding(
                  Anomaly.G1A,
                  reader.name()
                      + " found '"
                      + key
                      + "', written by "
                      + writers.get(0).name()
                      + ", which was rolled back"));
        }
      }
    }

    private Optional<String> start(String key) {
      return Optional.ofNullable(before.get(key));
    }

    private static boolean writesValue(Transaction transaction, String key) {
      return transaction.steps().stream()
          .anyMatch(
              step ->
                  step instanceof Write write
                      && write.key().equals(key)
                      && write.value().isPresent());
    }

    /** Whoever overwrites what he read must be alone with that. */
    private void lostUpdates(List<Finding> findings) {
      for (String key : keys()) {
        Map<String, Transaction> updatedBy = new HashMap<>();
        for (Transaction transaction : only(committed)) {
          Optional<String> base = updateBase(transaction, key).flatMap(read -> source(read));
          if (base.isPresent()) {
            Transaction other = updatedBy.putIfAbsent(base.get(), transaction);
            if (other != null) {
              findings.add(
                  new Finding(
                      Anomaly.LOST_UPDATE,
                      other.name()
                          + " and "
                          + transaction.name()
                          + " both read '"
                          + key
                          + "' as "
                          + base.get()
                          + " had left it, and overwrote it"));
            }
          }
        }
      }
    }

    /** Returns the last read of the key before the first write of it, if there are both. */
    private Optional<Read> updateBase(Transaction transaction, String key) {
      Optional<Read> base = Optional.empty();
      for (Step step : transaction.steps()) {
        if (step instanceof Read read && read.key().equals(key)) {
          base = Optional.of(read);
        } else if (step instanceof Write write && write.key().equals(key)) {
          return base;
        }
      }
      return Optional.empty();
    }

    /** Returns the name of the only one who can have left what was read, if there is only one. */
    private Optional<String> source(Read read) {
      Set<String> candidates = new LinkedHashSet<>();
      if (start(read.key()).equals(read.value())) {
        candidates.add(START);
      }
      for (Transaction writer : transactions) {
        if (writer.steps().contains(new Write(read.key(), read.value()))) {
          candidates.add(writer.name());
        }
      }
      return candidates.size() == 1 ? Optional.of(candidates.iterator().next()) : Optional.empty();
    }

    /** Returns every order of the committed writers of each key that ends with what is there. */
    private List<Map<String, List<String>>> orders() {
      List<Map<String, List<String>>> all = new ArrayList<>();
      all.add(new LinkedHashMap<>());
      for (String key : keys()) {
        List<Transaction> writers =
            only(committed).stream().filter(t -> t.lastWrite(key).isPresent()).toList();
        List<Map<String, List<String>>> extended = new ArrayList<>();
        for (List<Transaction> order : permutations(writers)) {
          if (order.isEmpty()
              || order
                  .get(order.size() - 1)
                  .lastWrite(key)
                  .map(Write::value)
                  .equals(Optional.of(Optional.ofNullable(after.get(key))))) {
            for (Map<String, List<String>> former : all) {
              Map<String, List<String>> longer = new LinkedHashMap<>(former);
              longer.put(key, order.stream().map(Transaction::name).toList());
              extended.add(longer);
            }
          }
        }
        all = extended;
      }
      return all;
    }

    private Dependencies dependencies(Map<String, List<String>> orders) {
      Dependencies dependencies = new Dependencies();
      orders.forEach(
          (key, order) -> {
            for (int i = 0; i + 1 < order.size(); i++) {
              dependencies.add(order.get(i), order.get(i + 1), Kind.WW, key);
            }
          });
      for (Transaction reader : only(committed)) {
        Set<String> own = new HashSet<>();
        for (Step step : reader.steps()) {
          if (step instanceof Write write) {
            own.add(write.key());
          } else if (step instanceof Read read && !own.contains(read.key())) {
            source(read)
                .ifPresent(writer -> relate(writer, reader, read.key(), orders, dependencies));
          } else if (step instanceof Keys listing) {
            for (String key : listing.found()) {
              if (!own.contains(key)) {
                finder(key).ifPresent(writer -> relate(writer, reader, key, orders, dependencies));
              }
            }
          }
        }
      }
      return dependencies;
    }

    private void relate(
        String writer,
        Transaction reader,
        String key,
        Map<String, List<String>> orders,
        Dependencies dependencies) {
      if (writer.equals(START) || committed.contains(writer)) {
        if (!writer.equals(START)) {
          dependencies.add(writer, reader.name(), Kind.WR, key);
        }
        List<String> order = orders.getOrDefault(key, List.of());
        int next = order.indexOf(writer) + 1; // 0 after the start, which is not in the order
        if (next < order.size()) {
          dependencies.add(reader.name(), order.get(next), Kind.RW, key);
        }
      }
    }

    /** Returns the only one whose value a listing can have found under the key. */
    private Optional<String> finder(String key) {
      List<String> candidates = new ArrayList<>();
      if (start(key).isPresent()) {
        candidates.add(START);
      }
      transactions.stream()
          .filter(t -> writesValue(t, key))
          .forEach(writer -> candidates.add(writer.name()));
      return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
    }

    private boolean isSerial() {
      return permutations(only(committed)).stream().anyMatch(this::explains);
    }

    private boolean explains(List<Transaction> order) {
      Map<String, String> state = new TreeMap<>(before);
      for (Transaction transaction : order) {
        for (Step step : transaction.steps()) {
          if (step instanceof Read read) {
            if (!Optional.ofNullable(state.get(read.key())).equals(read.value())) {
              return false;
            }
          } else if (step instanceof Write write) {
            write
                .value()
                .ifPresentOrElse(
                    value -> state.put(write.key(), value), () -> state.remove(write.key()));
          } else if (step instanceof Keys listing) {
            Set<String> there = new TreeSet<>(state.keySet());
            there.removeIf(key -> !key.startsWith(listing.prefix()));
            if (!there.equals(listing.found())) {
              return false;
            }
          }
        }
      }
      return state.equals(after);
    }
  }

  private static <E> List<List<E>> permutations(List<E> elements) {
    if (elements.isEmpty()) {
      return List.of(List.of());
    }
    List<List<E>> all = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      List<E> rest = new ArrayList<>(elements);
      E first = rest.remove(i);
      for (List<E> tail : permutations(rest)) {
        List<E> whole = new ArrayList<>(List.of(first));
        whole.addAll(tail);
        all.add(whole);
      }
    }
    return all;
  }
}
