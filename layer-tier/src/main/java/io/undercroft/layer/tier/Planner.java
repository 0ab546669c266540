package io.undercroft.layer.tier;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.tool.Tiers.Move;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the rules say at a moment. A rule that moves an entry goes before every rule that lets it
 * expire: an entry that is to move expires at the earliest when it has arrived.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Planner {
  private final List<Rule> rules;
  private final Usage usage;
  private final Map<String, Predicate<KeyedEntry>> conditions = new HashMap<>();

  Planner(List<Rule> rules, Usage usage, PluginContext context) {
    this.rules = rules;
    this.usage = usage;
    for (Rule rule : rules) {
      for (Rule.Part part : rule.parts()) {
        if (part instanceof Rule.Part.Where where) {
          conditions.put(where.json(), context.matching(where.json()));
        }
      }
    }
  }

  /**
   * One move and the version that it is planned for.
   *
   * @param version as the application knows it
   */
  record Planned(Move move, String version) {
    Planned {
      Objects.requireNonNull(move, "move");
      Objects.requireNonNull(version, "version");
    }
  }

  /**
   * One entry as the rules see it.
   *
   * @param fits the rules whose conditions hold, but for those on counts
   */
  private record Facts(String key, String version, Tier tier, Instant used, Set<Rule> fits) {}

  /**
   * Plans.
   *
   * @param mover gives the entries
   * @param whole gives the value of one that a rule looks into
   */
  List<Planned> plan(Instant at, Mover mover, TieredKeyValue whole) {
    List<Facts> all = new ArrayList<>();
    mover.each(
        entry -> {
          if (!entry.key().equals(Lease.KEY) && !entry.entry().meta().isExpired(at)) {
            Facts facts = facts(entry, at, whole);
            if (!facts.fits().isEmpty() || hasCounts()) {
              all.add(facts);
            }
          }
        });
    all.sort(Comparator.comparing(Facts::key));
    Map<Rule, Set<String>> beyond = beyondCounts(all);
    List<Planned> plan = new ArrayList<>();
    for (Facts facts : all) {
      next(facts, beyond).ifPresent(plan::add);
    }
    return plan;
  }

  private boolean hasCounts() {
    return rules.stream().anyMatch(rule -> most(rule).isPresent());
  }

  private static Optional<Long> most(Rule rule) {
    for (Rule.Part part : rule.parts()) {
      if (part instanceof Rule.Part.Count count) {
        return Optional.of(count.most());
      }
    }
    return Optional.empty();
  }

  private Facts facts(KeyedEntry entry, Instant at, TieredKeyValue whole) {
    EntryMeta meta = entry.entry().meta();
    EntryMeta exposed = Stub.exposed(meta);
    Optional<Stub> stub = Stub.of(meta);
    Tier tier = stub.map(Stub::tier).orElse(Tier.HOT);
    long bytes = stub.map(Stub::bytes).orElse((long) entry.entry().value().length);
    Instant used = usage.last(entry.key(), exposed.updated());
    Set<Rule> fits = new HashSet<>();
    for (Rule rule : rules) {
      if (rule.target().isColderThan(tier) && fits(rule, entry, exposed, bytes, used, at, whole)) {
        fits.add(rule);
      }
    }
    return new Facts(entry.key(), exposed.version(), tier, used, fits);
  }

  private boolean fits(
      Rule rule,
      KeyedEntry entry,
      EntryMeta exposed,
      long bytes,
      Instant used,
      Instant at,
      TieredKeyValue whole) {
    for (Rule.Part part : rule.parts()) {
      if (!holds(part, entry, exposed, bytes, used, at, whole)) {
        return false;
      }
    }
    return true;
  }

  private boolean holds(
      Rule.Part part,
      KeyedEntry entry,
      EntryMeta exposed,
      long bytes,
      Instant used,
      Instant at,
      TieredKeyValue whole) {
    if (part instanceof Rule.Part.Age age) {
      return exposed.updated().plus(age.more()).isBefore(at);
    }
    if (part instanceof Rule.Part.Idle idle) {
      return used.plus(idle.more()).isBefore(at);
    }
    if (part instanceof Rule.Part.Size size) {
      return size.more() ? bytes > size.bytes() : bytes < size.bytes();
    }
    if (part instanceof Rule.Part.Metadata metadata) {
      return metadata.text().equals(exposed.metadata().get(metadata.name()));
    }
    if (part instanceof Rule.Part.Where where) {
      Optional<StoredEntry> value = whole.whole(entry.key(), entry.entry(), false);
      Predicate<KeyedEntry> condition = conditions.get(where.json());
      return value.isPresent()
          && condition != null
          && condition.test(new KeyedEntry(entry.key(), value.get()));
    }
    return true; // counts are looked at when all entries are known
  }

  /** Returns, for each rule with a count, the keys that are not among those used last. */
  private Map<Rule, Set<String>> beyondCounts(List<Facts> all) {
    Map<Rule, Set<String>> beyond = new HashMap<>();
    for (Rule rule : rules) {
      Optional<Long> most = most(rule);
      if (most.isPresent()) {
        Set<String> keys = new HashSet<>();
        all.stream()
            .filter(facts -> rule.target().isColderThan(facts.tier()))
            .sorted(Comparator.comparing(Facts::used).reversed().thenComparing(Facts::key))
            .skip(most.get())
            .forEach(facts -> keys.add(facts.key()));
        beyond.put(rule, keys);
      }
    }
    return beyond;
  }

  private Optional<Planned> next(Facts facts, Map<Rule, Set<String>> beyond) {
    Optional<Rule> moves = first(facts, beyond, false);
    Optional<Rule> rule = moves.isPresent() ? moves : first(facts, beyond, true);
    return rule.map(
        said ->
            new Planned(
                new Move(
                    facts.key(),
                    facts.tier().word(),
                    said.expires() ? Optional.empty() : Optional.of(said.target().word()),
                    said.text()),
                facts.version()));
  }

  private Optional<Rule> first(Facts facts, Map<Rule, Set<String>> beyond, boolean expires) {
    for (Rule rule : rules) {
      Set<String> counted = beyond.get(rule);
      if (rule.expires() == expires
          && facts.fits().contains(rule)
          && (counted == null || counted.contains(facts.key()))) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** Returns each rule with what it says of one entry, in words. */
  List<String> explain(KeyedEntry entry, Instant at, TieredKeyValue whole) {
    Facts facts = facts(entry, at, whole);
    List<String> words = new ArrayList<>();
    for (Rule rule : rules) {
      String says;
      if (!rule.target().isColderThan(facts.tier())) {
        says = "does not apply: it lies in " + facts.tier().word();
      } else if (!facts.fits().contains(rule)) {
        says = "does not fit";
      } else {
        says = most(rule).isPresent() ? "fits if it is beyond the count" : "fits";
      }
      words.add(rule.text() + ": " + says);
    }
    return words;
  }
}
