package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Backend;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Indexing;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Sought;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.PluginUnderTest;
import io.undercroft.testkit.StoragePluginContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine whose words and places are others is found out by the contracts of these. */
class IndexLiesTest {
  private static final ThreadLocal<Lie> PLANTED = new ThreadLocal<>();

  /** What the engine does wrongly. */
  enum Lie {
    NONE,
    PARTS_OF_WORDS,
    PHRASES_IN_ANY_ORDER,
    LEFT_OUT_IS_FOUND,
    NO_ORDER_BY_SCORE,
    BOXES_ARE_AREAS,
    SEES_NO_LATER_WRITE
  }

  /** The class that an author would write; run by the launcher only. */
  static final class Suspect extends StoragePluginContract {
    @Override
    protected PluginUnderTest plugin(Path temp) {
      return PluginUnderTest.of(new Engine(PLANTED.get()), Map.of()).scaled(0.5);
    }
  }

  /** Memory with indexes of its own. */
  private record Engine(Lie lie) implements StoragePlugin {
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
      Backend memory = new MemoryPlugin().open(settings, context);
      KeyValue entries = memory.facets().require(KeyValue.class);
      Keeping keeping = new Keeping(entries, context.indexing().orElseThrow(), lie);
      return new Opened(
          memory, Facets.of(entries).with(Indexes.class, keeping).with(Queries.class, keeping));
    }
  }

  private record Opened(Backend memory, Facets facets) implements Backend {
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

  /** Looks at every entry, by what the runtime says that is in it. */
  private static final class Keeping implements Indexes, Queries {
    private final KeyValue entries;
    private final Indexing indexing;
    private final Lie lie;
    private final Map<String, IndexDefinition> kept = new ConcurrentHashMap<>();
    private final Map<String, StoredEntry> seen = new ConcurrentHashMap<>();

    Keeping(KeyValue entries, Indexing indexing, Lie lie) {
      this.entries = entries;
      this.indexing = indexing;
      this.lie = lie;
    }

    @Override
    public void create(IndexDefinition index) {
      kept.put(index.name(), index);
    }

    @Override
    public boolean drop(String name) {
      return kept.remove(name) != null;
    }

    @Override
    public List<IndexInfo> list() {
      return kept.values().stream()
          .map(index -> new IndexInfo(index, false, entries.size(), -1, 1, 0))
          .toList();
    }

    @Override
    public boolean isSpatial(String field) {
      return of(IndexDefinition.Type.SPATIAL, field).isPresent();
    }

    private Optional<IndexDefinition> of(IndexDefinition.Type type, String field) {
      return kept.values().stream()
          .filter(index -> index.type() == type)
          .filter(index -> index.fields().stream().anyMatch(one -> one.field().equals(field)))
          .findFirst();
    }

    private List<KeyedEntry> all() {
      List<KeyedEntry> all = new ArrayList<>();
      try (Cursor<KeyedEntry> scan = entries.scan("", 1_000)) {
        for (List<KeyedEntry> page = scan.next(); !page.isEmpty(); page = scan.next()) {
          all.addAll(page);
        }
      }
      return all;
    }

    private StoredEntry look(KeyedEntry one) {
      StoredEntry first = seen.computeIfAbsent(one.key(), key -> one.entry());
      return lie == Lie.SEES_NO_LATER_WRITE ? first : one.entry();
    }

    @Override
    public Answer query(Query query) {
      List<Found> found = new ArrayList<>();
      Optional<Indexing.Search> search = indexing.search(query.where());
      Optional<IndexDefinition> words =
          search.flatMap(
              asked -> of(IndexDefinition.Type.FULLTEXT, asked.fields().iterator().next()));
      if (words.isEmpty()) {
        return new Answer(new Once(places(query)), residual(query), false, false);
      }
      Sought sought = indexing.sought(search.get().searched());
      for (KeyedEntry one : all()) {
        double score = score(sought, indexing.texts(one.key(), look(one), words.get()));
        if (score > 0) {
          found.add(new Found(one.key(), one.entry(), OptionalDouble.of(score)));
        }
      }
      if (lie != Lie.NO_ORDER_BY_SCORE) {
        found.sort(
            (left, right) ->
                Double.compare(right.score().orElseThrow(), left.score().orElseThrow()));
      }
      return new Answer(new Once(found), search.get().rest(), query.order().isEmpty(), false);
    }

    private Optional<Condition> residual(Query query) {
      boolean answered =
          lie == Lie.BOXES_ARE_AREAS
              && query.where().filter(Condition.Comparison.class::isInstance).isPresent()
              && area(query).isPresent();
      return answered ? Optional.empty() : query.where();
    }

    private Optional<Condition.Comparison> area(Query query) {
      return query
          .where()
          .filter(Condition.Comparison.class::isInstance)
          .map(Condition.Comparison.class::cast)
          .filter(one -> isSpatial(one.field()));
    }

    private List<Found> places(Query query) {
      Optional<Condition.Comparison> area = area(query);
      List<Found> found = new ArrayList<>();
      for (KeyedEntry one : all()) {
        if (area.isEmpty() || mayLie(one.key(), look(one), area.get())) {
          found.add(new Found(one.key(), one.entry(), OptionalDouble.empty()));
        }
      }
      return found;
    }

    private boolean mayLie(String key, StoredEntry entry, Condition.Comparison area) {
      IndexDefinition index = of(IndexDefinition.Type.SPATIAL, area.field()).orElseThrow();
      List<Indexing.Box> boxes = indexing.boxes(area);
      return indexing.places(key, entry, index).stream()
          .anyMatch(place -> boxes.stream().anyMatch(box -> holds(box, place)));
    }

    private static boolean holds(Indexing.Box box, Indexing.Place place) {
      return place.longitude() >= box.west()
          && place.longitude() <= box.east()
          && place.latitude() >= box.south()
          && place.latitude() <= box.north();
    }

    private double score(Sought sought, List<Indexing.Text> texts) {
      if (sought instanceof Sought.Any any) {
        return any.parts().stream().mapToDouble(part -> score(part, texts)).sum();
      } else if (sought instanceof Sought.All all) {
        double sum = 0;
        for (Sought part : all.parts()) {
          double score = score(part, texts);
          if (score == 0) {
            return 0;
          }
          sum += score;
        }
        return sum;
      } else if (sought instanceof Sought.Not not) {
        return lie == Lie.LEFT_OUT_IS_FOUND || score(not.what(), texts) == 0 ? 0.001 : 0;
      }
      Sought.Phrase phrase = (Sought.Phrase) sought;
      return texts.stream().mapToLong(text -> count(phrase, text.words())).sum();
    }

    private long count(Sought.Phrase phrase, List<String> text) {
      List<String> words = phrase.words();
      if (lie == Lie.PHRASES_IN_ANY_ORDER && words.size() > 1) {
        return text.containsAll(words) ? 1 : 0;
      } else if (lie == Lie.PARTS_OF_WORDS && words.size() == 1) {
        return text.stream().filter(word -> word.contains(words.get(0))).count();
      } else if (phrase.prefix()) {
        return text.stream().filter(word -> word.startsWith(words.get(0))).count();
      }
      long count = 0;
      for (int at = 0; at + words.size() <= text.size(); at++) {
        count += text.subList(at, at + words.size()).equals(words) ? 1 : 0;
      }
      return count;
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

  /** A list in one page. */
  private static final class Once implements Cursor<Queries.Found> {
    private List<Queries.Found> left;

    Once(List<Queries.Found> all) {
      this.left = all;
    }

    @Override
    public List<Queries.Found> next() {
      List<Queries.Found> page = left;
      left = List.of();
      return page;
    }

    @Override
    public void close() {
      left = List.of();
    }
  }

  @Test
  void whoMeansTheSameIsGreen() {
    for (String test :
        List.of(
            "aSearchFindsWordsTheBestFirst",
            "theSignsOfASearchMeanWhatPeopleExpect",
            "aSearchFindsWhatLookingAtEveryWordWouldFind",
            "anAreaHoldsWhatLookingAtEveryPointFinds",
            "wordsFollowEveryWrite",
            "placesFollowEveryWrite")) {
      assertThat(red(Lie.NONE, test)).as(test).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PARTS_OF_WORDS, theSignsOfASearchMeanWhatPeopleExpect",
    "PARTS_OF_WORDS, aWordIsOneInEveryLanguage",
    "PHRASES_IN_ANY_ORDER, theSignsOfASearchMeanWhatPeopleExpect",
    "LEFT_OUT_IS_FOUND, aSearchFindsWhatLookingAtEveryWordWouldFind",
    "NO_ORDER_BY_SCORE, aSearchFindsWordsTheBestFirst",
    "BOXES_ARE_AREAS, anAreaHoldsWhatLookingAtEveryPointFinds",
    "BOXES_ARE_AREAS, aPolygonHasHolesAndItsBorderBelongsToIt",
    "SEES_NO_LATER_WRITE, wordsFollowEveryWrite",
    "SEES_NO_LATER_WRITE, placesFollowEveryWrite"
  })
  void whoMeansSomethingElseIsRed(Lie lie, String test) {
    assertThat(red(lie, test)).isNotEmpty();
  }

  private static Set<String> red(Lie lie, String test) {
    PLANTED.set(lie);
    try {
      return Suspects.red(selectMethod(Suspect.class, test));
    } finally {
      PLANTED.remove();
    }
  }
}
