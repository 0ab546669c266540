package io.undercroft.runtime.layers;

import static java.util.stream.Collectors.joining;

import io.undercroft.runtime.query.Candidates;
import io.undercroft.runtime.query.Documents;
import io.undercroft.runtime.transaction.Timeline;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Limits;
import io.undercroft.spi.PluginContext;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the runtime adds to the facets of a backend: first the hiding of what has expired, above it
 * indexes and batches of singles, above these the news of what this process writes, with a memory
 * of those that cannot be resumed, above that transactions, and above all queries.
 *
 * @param facets the completed facets
 * @param added the types that were added, in their order
 * @param end ends what the additions hold
 */
record Completion(Facets facets, Set<Class<? extends Facet>> added, Runnable end) {
  static final String NAME = "completion";

  /**
   * Completes.
   *
   * @param retention how much of the changes to keep for those who come back
   * @param documents reads the values for queries; without them none are added
   */
  static Completion of(
      Facets below,
      PluginContext context,
      Limits limits,
      boolean readOnly,
      Retention retention,
      Optional<Documents> documents) {
    boolean hides = below.find(Expiry.class).isEmpty();
    boolean tells = below.find(Changes.class).isEmpty();
    Hub hub = new Hub(context, below.require(KeyValue.class), hides);
    Reaper reaper = new Reaper(context, readOnly, tells ? hub::expire : Reaper.Removal.SILENT);

    Facets live = hides ? new LiveOnly(context.clock(), reaper).over(below) : below;
    Optional<Indexed> indexes = documents.flatMap(reader -> Indexed.over(live, context, reader));
    Facets indexed = indexes.map(kept -> kept.complete(live)).orElse(live);
    Facets batched = BatchOfSingles.complete(indexed.without(IndexHome.class));
    Facets news = tells ? new Watched(hub).over(batched) : batched;
    Optional<ResumableChanges> resumable = resumable(news, context, retention);
    Facets told = resumable.map(kept -> news.with(Changes.class, kept)).orElse(news);

    Timeline timeline = new Timeline(context, limits);
    Facets ordered = Timeline.completes(told) ? ordered(timeline, told) : told;
    Candidates candidates =
        indexes.<Candidates>map(Indexed::catalog).orElse(QueriesByScan.enginesOwn(ordered));
    Facets whole =
        documents
            .map(reader -> new QueriesByScan(reader, context.clock()).complete(ordered, candidates))
            .orElse(ordered);

    Set<Class<? extends Facet>> added = new LinkedHashSet<>(whole.types());
    added.removeAll(below.types());
    return new Completion(
        whole,
        added,
        () -> {
          timeline.close();
          indexes.ifPresent(kept -> kept.catalog().close());
          resumable.ifPresent(ResumableChanges::close);
          hub.close();
          reaper.close();
        });
  }

  private static Optional<ResumableChanges> resumable(
      Facets news, PluginContext context, Retention retention) {
    return retention.isNone()
        ? Optional.empty()
        : news.find(Changes.class)
            .filter(changes -> !changes.resumable())
            .map(changes -> new ResumableChanges(changes, context, retention));
  }

  /** Leads every write through the timeline: here, and at every consistency. */
  private static Facets ordered(Timeline timeline, Facets below) {
    return timeline
        .over(below)
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, at -> ordered(timeline, at)));
  }

  /** Returns what to call it in a description; empty if nothing was added. */
  Optional<String> description() {
    return added.isEmpty()
        ? Optional.empty()
        : Optional.of(
            added.stream().map(Class::getSimpleName).collect(joining(", ", NAME + " (", ")")));
  }
}
