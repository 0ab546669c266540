package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.testkit.Step.Guard;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a random story to a storage and to a map that knows what a storage should do, and compares
 * the two after every step.
 */
final class Story {
  private static final int MOST_RETELLINGS = 200;
  private static final long SHRINKING_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final Map<String, String> METADATA = Map.of("who", "Zoë", "why", "");

  /** A storage to tell a story to. */
  interface Target extends AutoCloseable {
    KeyValue keyValue();

    Batch batch();

    Commit commit();

    MutableClock clock();

    void reopen();

    /** Whether entries past their deadline are absent. */
    boolean hidesExpired();

    /** Whether results tell what the SPI tells but the API does not. */
    boolean tellsAll();

    /** Changes what is there and keeps its deadline and metadata, or writes what is not there. */
    void update(String key, String text);

    @Override
    void close();
  }

  private record Known(String text, EntryMeta meta) {}

  private final Target target;
  private final Map<String, Known> model = new TreeMap<>();
  private final Map<String, String> staleVersions = new HashMap<>();
  private final Set<String> versions = new HashSet<>();

  private Story(Target target) {
    this.target = target;
  }

  /**
   * Tells a random story.
   *
   * @throws AssertionError with a shorter story that fails too, if this one does
   */
  static void tell(Supplier<Target> fresh, List<Step> steps) {
    Function<List<Step>, @Nullable Failure> attempt =
        some -> {
          try (Target target = fresh.get()) {
            return new Story(target).tell(some);
          }
        };
    Failure failure = attempt.apply(steps);
    if (failure != null) {
      List<Step> shorter = shrink(steps.subList(0, failure.step + 1), attempt);
      Failure last = attempt.apply(shorter);
      Failure shown = last == null ? failure : last;
      StringBuilder out = new StringBuilder("a story fails at its last step:");
      for (Step step : last == null ? steps.subList(0, failure.step + 1) : shorter) {
        String line = step.toString();
        out.append("\n  ").append(line, 0, Math.min(line.length(), 300));
      }
      throw new AssertionError(out + "\nbecause " + shown.reason.getMessage(), shown.reason);
    }
  }

  private record Failure(int step, Throwable reason) {}

  /** Leaves out of a failing story what it fails without, in ever smaller parts. */
  private static List<Step> shrink(
      List<Step> failing, Function<List<Step>, @Nullable Failure> attempt) {
    List<Step> shortest = new ArrayList<>(failing);
    long end = System.nanoTime() + SHRINKING_NANOS;
    int retellings = 0;
    for (int part = Math.max(1, failing.size() / 2); part >= 1; part /= 2) {
      for (int from = 0; from < shortest.size(); ) {
        if (retellings++ > MOST_RETELLINGS || System.nanoTime() - end > 0) {
          return shortest;
        }
        List<Step> shorter = new ArrayList<>(shortest);
        shorter.subList(from, Math.min(shorter.size(), from + part)).clear();
        Failure failure = attempt.apply(shorter);
        if (failure != null) {
          shortest = new ArrayList<>(shorter.subList(0, failure.step + 1));
        } else {
          from += part;
        }
      }
    }
    return shortest;
  }

  private @Nullable Failure tell(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      try {
        tell(steps.get(i));
        compare();
      } catch (RuntimeException | AssertionError e) {
        return new Failure(i, e);
      }
    }
    return null;
  }

  private void tell(Step step) {
    if (step instanceof Step.Put put) {
      put(put);
    } else if (step instanceof Step.Delete delete) {
      delete(delete);
    } else if (step instanceof Step.Update update) {
      Optional<Known> before = live(update.key());
      target.update(update.key(), update.text());
      EntryMeta meta = Entries.read(target.keyValue(), update.key()).meta();
      written(
          update.key(),
          update.text(),
          meta,
          before.flatMap(known -> known.meta().expires()),
          before.map(known -> known.meta().metadata()).orElse(Map.of()));
    } else if (step instanceof Step.Clear) {
      target.keyValue().clear();
      Set.copyOf(model.keySet()).forEach(this::removed);
    } else if (step instanceof Step.GetMany many) {
      Map<String, StoredEntry> found = target.batch().getMany(many.keys());
      Map<String, String> texts = new HashMap<>();
      found.forEach((key, entry) -> texts.put(key, Entries.text(entry)));
      Map<String, String> expected = new HashMap<>();
      many.keys().forEach(key -> live(key).ifPresent(known -> expected.put(key, known.text())));
      assertThat(texts).as("getMany").isEqualTo(expected);
    } else if (step instanceof Step.PutMany many) {
      Map<String, NewEntry> entries = new LinkedHashMap<>();
      many.texts().forEach((key, text) -> entries.put(key, Entries.text(text)));
      Map<String, EntryMeta> metas = target.batch().putMany(entries);
      assertThat(metas.keySet()).isEqualTo(many.texts().keySet());
      many.texts()
          .forEach(
              (key, text) ->
                  written(
                      key,
                      text,
                      Entries.read(target.keyValue(), key).meta(),
                      Optional.empty(),
                      Map.of()));
    } else if (step instanceof Step.DeleteMany many) {
      long expected = many.keys().stream().filter(key -> live(key).isPresent()).count();
      assertThat(target.batch().deleteMany(many.keys())).as("deleteMany").isEqualTo(expected);
      many.keys().forEach(this::removed);
    } else if (step instanceof Step.Commit commit) {
      commit(commit);
    } else if (step instanceof Step.ListKeys list) {
      assertThat(Entries.keys(target.keyValue(), list.prefix(), list.pageSize()))
          .as("keys with prefix %s", list.prefix())
          .containsExactlyInAnyOrderElementsOf(
              liveKeys().stream().filter(key -> key.startsWith(list.prefix())).toList());
    } else if (step instanceof Step.Tick tick) {
      target.clock().advance(tick.time());
    } else {
      target.reopen();
    }
  }

  private void put(Step.Put put) {
    Optional<Known> before = live(put.key());
    Optional<Instant> deadline = put.life().map(target.clock().instant()::plus);
    Map<String, String> metadata = put.metadata() ? METADATA : Map.of();
    NewEntry entry =
        new NewEntry(
            Json.write(put.text()).getBytes(StandardCharsets.UTF_8),
            Entries.JSON,
            deadline,
            metadata);
    PutResult result =
        target.keyValue().put(put.key(), entry, precondition(put.key(), put.guard()));
    if (holds(put.key(), put.guard())) {
      assertThat(result).as("put").isInstanceOf(PutResult.Written.class);
      PutResult.Written written = (PutResult.Written) result;
      if (target.tellsAll()) {
        assertThat(written.created()).as("created").isEqualTo(before.isEmpty());
      }
      written(put.key(), put.text(), written.meta(), deadline, metadata);
    } else {
      assertThat(result).as("put").isInstanceOf(PutResult.Conflict.class);
      if (target.tellsAll()) {
        assertThat(((PutResult.Conflict) result).foundVersion())
            .as("the version found")
            .isEqualTo(before.map(known -> known.meta().version()));
      }
    }
  }

  private void delete(Step.Delete delete) {
    DeleteResult expected =
        !holds(delete.key(), delete.guard())
            ? DeleteResult.CONFLICT
            : live(delete.key()).isPresent() ? DeleteResult.DELETED : DeleteResult.ABSENT;
    assertThat(target.keyValue().delete(delete.key(), precondition(delete.key(), delete.guard())))
        .as("delete")
        .isEqualTo(expected);
    if (expected != DeleteResult.CONFLICT) {
      removed(delete.key());
    }
  }

  private void commit(Step.Commit commit) {
    List<Check> checks = new ArrayList<>();
    List<Mutation> mutations = new ArrayList<>();
    Optional<Step.Part> broken = Optional.empty();
    List<Boolean> existed = new ArrayList<>();
    for (Step.Part part : commit.parts()) {
      if (part.guard() != Guard.NONE) {
        checks.add(new Check(part.key(), precondition(part.key(), part.guard())));
        if (broken.isEmpty() && !holds(part.key(), part.guard())) {
          broken = Optional.of(part);
        }
      }
      if (!part.checkOnly()) {
        mutations.add(
            part.text().isPresent()
                ? new Mutation.Put(part.key(), Entries.text(part.text().get()))
                : new Mutation.Remove(part.key()));
        existed.add(live(part.key()).isPresent());
      }
    }
    CommitResult result = target.commit().commit(checks, mutations);
    if (broken.isPresent()) {
      assertThat(result).as("commit").isInstanceOf(CommitResult.Conflict.class);
      if (target.tellsAll()) {
        String key = broken.get().key();
        assertThat(result)
            .as("commit")
            .isEqualTo(
                new CommitResult.Conflict(key, live(key).map(known -> known.meta().version())));
      }
      return;
    }
    assertThat(result).as("commit").isInstanceOf(CommitResult.Committed.class);
    List<CommitResult.Applied> applied = ((CommitResult.Committed) result).results();
    assertThat(applied)
        .as("what existed before")
        .extracting(CommitResult.Applied::existed)
        .isEqualTo(existed);
    for (int i = 0; i < mutations.size(); i++) {
      if (mutations.get(i) instanceof Mutation.Put put) {
        EntryMeta meta = applied.get(i).meta().orElseThrow();
        String text = String.valueOf(Json.read(put.entry().value()));
        written(put.key(), text, meta, Optional.empty(), Map.of());
      } else {
        assertThat(applied.get(i).meta()).isEmpty();
        removed(mutations.get(i).key());
      }
    }
  }

  /** Checks the meta of a write and learns it. */
  private void written(
      String key,
      String text,
      EntryMeta meta,
      Optional<Instant> deadline,
      Map<String, String> metadata) {
    Instant now = target.clock().instant();
    Optional<Known> before = live(key);
    assertThat(meta.created())
        .as("created of %s", key)
        .isEqualTo(before.map(known -> known.meta().created()).orElse(now));
    assertThat(meta.updated()).as("updated of %s", key).isEqualTo(now);
    assertThat(meta.expires()).as("deadline of %s", key).isEqualTo(deadline);
    assertThat(meta.metadata()).as("metadata of %s", key).isEqualTo(metadata);
    assertThat(versions.add(key + ' ' + meta.version()))
        .as("version %s of %s is new", meta.version(), key)
        .isTrue();
    removed(key);
    model.put(key, new Known(text, meta));
  }

  private void removed(String key) {
    Known gone = model.remove(key);
    if (gone != null) {
      staleVersions.put(key, gone.meta().version());
    }
  }

  private Optional<Known> live(String key) {
    return Optional.ofNullable(model.get(key))
        .filter(
            known -> !target.hidesExpired() || !known.meta().isExpired(target.clock().instant()));
  }

  private List<String> liveKeys() {
    return model.keySet().stream().filter(key -> live(key).isPresent()).toList();
  }

  private boolean holds(String key, Guard guard) {
    return switch (guard) {
      case NONE -> true;
      case ABSENT -> live(key).isEmpty();
      case CURRENT -> live(key).isPresent();
      case STALE -> false;
    };
  }

  private Precondition precondition(String key, Guard guard) {
    return switch (guard) {
      case NONE -> Precondition.NONE;
      case ABSENT -> Precondition.ABSENT;
      case CURRENT ->
          Precondition.version(live(key).map(known -> known.meta().version()).orElse("none"));
      case STALE -> Precondition.version(staleVersions.getOrDefault(key, "never"));
    };
  }

  private void compare() {
    KeyValue store = target.keyValue();
    for (String key : Step.KEYS) {
      Optional<Known> expected = live(key);
      Optional<StoredEntry> found = store.get(key);
      assertThat(found.map(Entries::text))
          .as("get of %s", key)
          .isEqualTo(expected.map(Known::text));
      assertThat(found.map(StoredEntry::meta))
          .as("meta of %s", key)
          .isEqualTo(expected.map(Known::meta));
      assertThat(store.has(key)).as("has of %s", key).isEqualTo(expected.isPresent());
    }
    List<String> live = liveKeys();
    assertThat(store.size()).as("size").isEqualTo(live.size());
    assertThat(Entries.keys(store, "", 3)).as("keys").containsExactlyInAnyOrderElementsOf(live);
    for (KeyedEntry found : Entries.scan(store, "", 4)) {
      assertThat(live).as("keys of the scan").contains(found.key());
      assertThat(Entries.text(found.entry()))
          .as("scanned text of %s", found.key())
          .isEqualTo(live(found.key()).map(Known::text).orElseThrow());
    }
  }
}
