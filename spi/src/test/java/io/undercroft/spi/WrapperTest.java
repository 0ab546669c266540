package io.undercroft.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Wrapper.Stage;
import org.junit.jupiter.api.Test;

class WrapperTest {
  private static final class SlowLogAround implements Around {
    @Override
    public Object around(Call call, Next next) throws Exception {
      return next.proceed(call);
    }
  }

  private static final class CacheLayer implements Layer {
    @Override
    public Facets apply(Facets below) {
      return below;
    }
  }

  private static final class Layer2Nothing implements Layer {
    @Override
    public Facets apply(Facets below) {
      return below;
    }
  }

  /** Named by its kind and nothing else. */
  private static final class Around1 implements Layer {
    @Override
    public Facets apply(Facets below) {
      return below;
    }
  }

  @Test
  void aWrapperIsNamedByItsClassInKebabCaseWithoutItsKind() {
    assertThat(new SlowLogAround().id()).isEqualTo("slow-log");
    assertThat(new CacheLayer().id()).isEqualTo("cache");
    assertThat(new Layer2Nothing().id()).isEqualTo("layer2-nothing");
    assertThat(new Around1().id()).isEqualTo("around1");
  }

  @Test
  void aWrapperStandsAtTheEdgeUnlessItSaysSomethingElse() {
    assertThat(new CacheLayer().stage()).isEqualTo(Stage.EDGE);
    assertThat(new SlowLogAround().stage()).isEqualTo(Stage.EDGE);
  }

  @Test
  void theStagesGoFromTheApplicationToTheBackend() {
    assertThat(Stage.values())
        .containsExactly(Stage.EDGE, Stage.SHAPE, Stage.CACHE, Stage.TIER, Stage.GUARD);
  }
}
