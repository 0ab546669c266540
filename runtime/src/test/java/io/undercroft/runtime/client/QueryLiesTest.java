package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Condition.Comparison;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A plugin whose own queries mean something else is found out through the runtime. */
class QueryLiesTest {
  private static final int ROUNDS = 30;
  private static final ThreadLocal<Meaning> PLANTED = new ThreadLocal<>();

  /** What the plugin makes of a comparison. */
  @SuppressWarnings("ImmutableEnumChecker") // none of the functions keeps anything
  enum Meaning {
    HONEST(comparison -> comparison),
    MISSING_IS_NOT_UNEQUAL(
        comparison ->
            comparison.operator() == Operator.NE
                ? comparison.and(Field.field(comparison.field()).exists())
                : comparison),
    DOUBLES(
        comparison ->
            new Comparison(
                comparison.field(),
                comparison.operator(),
                comparison.value().map(Meaning::rounded)));

    private final Function<Comparison, Condition> comparison;

    Meaning(Function<Comparison, Condition> comparison) {
      this.comparison = comparison;
    }

    private static Object rounded(Object value) {
      return value instanceof Number number && Double.isFinite(number.doubleValue())
          ? number.doubleValue()
          : value;
    }

    Condition of(Condition condition) {
      if (condition instanceof Condition.All all) {
        return new Condition.All(all.conditions().stream().map(this::of).toList());
      } else if (condition instanceof Condition.Any any) {
        return new Condition.Any(any.conditions().stream().map(this::of).toList());
      } else if (condition instanceof Condition.Not not) {
        return of(not.inner()).not();
      } else if (condition instanceof Condition.Nested nested) {
        return new Condition.Nested(nested.field(), of(nested.inner()));
      }
      return comparison.apply((Comparison) condition);
    }
  }

  /** The class that an author would write; run by the launcher only. */
  static final class Suspect extends StoragePluginContract {
    @Override
    protected PluginUnderTest plugin(Path temp) {
      return PluginUnderTest.of(new Engine(PLANTED.get()), Map.of());
    }
  }

  /** Memory with queries of its own. */
  private record Engine(Meaning meaning) implements StoragePlugin {
    @Override
    public String id() {
      return "engine";
    }

    @Override
    public List<Option<?>> options() {
      return new MemoryPlugin().options();
    }

    @Override
    public Backend open(Settings settings, PluginContext context) {
      return new Opened(new MemoryPlugin().open(settings, context), meaning);
    }
  }

  private record Opened(Backend memory, Meaning meaning) implements Backend {
    @Override
    public Facets facets() {
      KeyValue kv = memory.facets().require(KeyValue.class);
      return Facets.of(kv).with(Queries.class, new Asked(kv, meaning));
    }

    @Override
    public Limits limits() {
      return memory.limits();
    }

    @Override
    public void ping() {
      memory.ping();
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  /** Hands everything back, to be judged by a condition that means what the plugin means. */
  private record Asked(KeyValue kv, Meaning meaning) implements Queries {
    @Override
    public Answer query(Query query) {
      Cursor<KeyedEntry> scan = kv.scan("", 1_000);
      return new Answer(
          new Cursor<>() {
            @Override
            public List<Found> next() {
              return scan.next().stream()
                  .map(one -> new Found(one.key(), one.entry(), OptionalDouble.empty()))
                  .toList();
            }

            @Override
            public void close() {
              scan.close();
            }
          },
          query.where().map(meaning::of),
          false,
          false);
    }

    @Override
    public OptionalLong count(Optional<Condition> where) {
      return OptionalLong.empty();
    }

    @Override
    public Optional<Queries.Aggregated> aggregate(Pipeline pipeline) {
      return Optional.empty();
    }

    @Override
    public Explanation explain(Query query) {
      return new Explanation(
          Support.NATIVE,
          List.of(),
          Optional.empty(),
          query.where(),
          false,
          OptionalLong.empty(),
          List.of());
    }
  }

  @Test
  void whoMeansTheSameIsGreen() {
    assertThat(red(Meaning.HONEST)).isZero();
  }

  /** One round of random questions may miss it; so many do not. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HONEST")
  void whoMeansSomethingElseIsRed(Meaning meaning) {
    int round = 1;
    while (red(meaning) == 0) {
      assertThat(++round).as("rounds without a difference").isLessThan(ROUNDS);
    }
  }

  private static int red(Meaning meaning) {
    PLANTED.set(meaning);
    try {
      return Suspects.red(selectMethod(Suspect.class, "everyQueryIsAnsweredAsItIsMeant")).size();
    } finally {
      PLANTED.remove();
    }
  }
}
