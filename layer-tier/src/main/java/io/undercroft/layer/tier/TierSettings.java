package io.undercroft.layer.tier;

import io.undercroft.spi.Option;
import io.undercroft.spi.Settings;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is configured of the tiers of one storage.
 *
 * @param warm the storage that is the warm tier
 * @param cold the storage that is the cold tier
 * @param rules what moves and what expires
 * @param promote whether an entry that is read comes back to the hot tier
 * @param every how often the rules are applied, if not by hand only
 * @param lease how long one process may keep the others from applying them without a sign of life
 */
record TierSettings(
    Optional<String> warm,
    Optional<String> cold,
    List<Rule> rules,
    boolean promote,
    Optional<Duration> every,
    Duration lease) {
  private static final Option<String> WARM =
      Option.string("warm")
          .doc("name of the storage that is the warm tier; this or cold is required")
          .optional();
  private static final Option<String> COLD =
      Option.string("cold").doc("name of the storage that is the cold tier").optional();
  private static final Option<String> RULES =
      Option.string("rules")
          .doc(
              "TARGET if CONDITION and …; …: the target is warm, cold or expire, a condition age >"
                  + " 30d, idle > 7d, size > 1MiB, count > 10000, metadata.NAME = TEXT or where"
                  + " {JSON}")
          .required();
  private static final Option<Boolean> PROMOTE =
      Option.bool("promote")
          .doc("whether an entry that is read comes back to the hot tier")
          .orElse(false);
  private static final Option<Duration> EVERY =
      Option.duration("every")
          .doc("how often the rules are applied, give or take a tenth; without it by hand only")
          .optional()
          .atLeast(Duration.ofMillis(1));
  private static final Option<Duration> LEASE =
      Option.duration("lease")
          .doc("how long a process that applies the rules keeps others from it, if it dies")
          .orElse(Duration.ofMinutes(5))
          .atLeast(Duration.ofSeconds(1));

  static final List<Option<?>> ALL = List.of(WARM, COLD, RULES, PROMOTE, EVERY, LEASE);

  TierSettings {
    rules = List.copyOf(rules);
  }

  /**
   * Reads the settings.
   *
   * @throws StorageException INVALID_CONFIG if they do not fit together
   */
  static TierSettings of(Settings settings) {
    TierSettings tiers =
        new TierSettings(
            settings.find(WARM),
            settings.find(COLD),
            RuleText.rules(settings.get(RULES)),
            settings.get(PROMOTE),
            settings.find(EVERY),
            settings.get(LEASE));
    if (tiers.warm.isEmpty() && tiers.cold.isEmpty()) {
      throw invalid("neither tier.warm nor tier.cold is set; name at least one storage");
    }
    if (tiers.warm.equals(tiers.cold)) {
      throw invalid("tier.warm and tier.cold are one storage; give each its own");
    }
    for (Rule rule : tiers.rules) {
      boolean there =
          switch (rule.target()) {
            case WARM -> tiers.warm.isPresent();
            case COLD -> tiers.cold.isPresent();
            case HOT, EXPIRE -> true;
          };
      if (!there) {
        throw invalid(
            "the rule '%s' moves to a tier that has no storage; set tier.%s"
                .formatted(rule.text(), rule.target().word()));
      }
    }
    return tiers;
  }

  static StorageException invalid(String what) {
    return StorageException.of(ErrorCode.INVALID_CONFIG, what);
  }
}
