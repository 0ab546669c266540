package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Random stories, told to the backend and to a model. */
interface BackendModelContract extends Contract {
  @Test
  default void aRandomStoryEndsAsTheModelSays() {
    Seed.run(
        random -> {
          Step.Range range =
              new Step.Range(
                  subject().offers(Batch.class),
                  subject().offers(Commit.class),
                  subject().plugin().isPersistent(),
                  subject().offers(Expiry.class));
          List<Step> steps = Step.story(random, subject().scaled(600, 300), range);
          Story.tell(() -> new Bare(subject().another()), steps);
        });
  }

  /** The backend itself. */
  record Bare(Subject subject) implements Story.Target {
    @Override
    public KeyValue keyValue() {
      return subject.keyValue();
    }

    @Override
    public Batch batch() {
      return subject.facet(Batch.class);
    }

    @Override
    public Commit commit() {
      return subject.facet(Commit.class);
    }

    @Override
    public MutableClock clock() {
      return subject.clock();
    }

    @Override
    public void reopen() {
      assertThat(subject.reopenBackend()).isNotNull();
    }

    @Override
    public boolean hidesExpired() {
      return subject.offers(Expiry.class);
    }

    @Override
    public boolean tellsAll() {
      return true;
    }

    @Override
    public void update(String key, String text) {
      Optional<StoredEntry> before = keyValue().get(key);
      NewEntry entry =
          new NewEntry(
              Json.write(text).getBytes(StandardCharsets.UTF_8),
              Entries.JSON,
              before.flatMap(found -> found.meta().expires()),
              before.map(found -> found.meta().metadata()).orElse(Map.of()));
      Precondition unchanged =
          before
              .map(found -> Precondition.version(found.meta().version()))
              .orElse(Precondition.ABSENT);
      assertThat(keyValue().put(key, entry, unchanged)).isInstanceOf(PutResult.Written.class);
    }

    @Override
    public void close() {
      subject.close();
    }
  }
}
