package io.undercroft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FacetsTest {
  private interface Own extends Facet {}

  private static final class OwnThing implements Own, Expiry {}

  private static final Expiry EXPIRY = new Expiry() {};
  private static final Own OWN = new Own() {};

  @Test
  void aFacetIsFoundUnderItsOwnInterfaceOnly() {
    OwnThing both = new OwnThing();
    Facets facets = Facets.none().with(Own.class, both);
    assertThat(facets.find(Own.class)).containsSame(both);
    assertThat(facets.require(Own.class)).isSameAs(both);
    assertThat(facets.find(Expiry.class)).isEmpty();
    assertThat(facets.find(KeyValue.class)).isEmpty();
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatThereIs() {
    Facets facets = Facets.none().with(Expiry.class, EXPIRY).with(Own.class, OWN);
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> facets.require(Commit.class))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(e.getMessage()).contains("no facet Commit").contains("Expiry, Own");
            });
  }

  @Test
  void addingAndTakingAwayLeaveTheOldSetAlone() {
    Facets one = Facets.none().with(Expiry.class, EXPIRY);
    Facets two = one.with(Own.class, OWN);
    Facets three = two.without(Expiry.class);
    assertThat(Facets.none().types()).isEmpty();
    assertThat(one.types()).containsExactly(Expiry.class);
    assertThat(two.types()).containsExactly(Expiry.class, Own.class);
    assertThat(three.types()).containsExactly(Own.class);
    assertThat(three.without(Expiry.class)).isSameAs(three);
    assertThat(two).hasToString("Expiry, Own");
  }

  @Test
  void theTypesCannotBeChanged() {
    Facets facets = Facets.none().with(Expiry.class, EXPIRY);
    assertThatThrownBy(() -> facets.types().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void mapReplacesWhatIsThereAndIsNotAskedAboutWhatIsNot() {
    Expiry other = new Expiry() {};
    Facets facets = Facets.none().with(Expiry.class, EXPIRY);
    assertThat(facets.map(Expiry.class, below -> other).require(Expiry.class)).isSameAs(other);
    assertThat(facets.require(Expiry.class)).isSameAs(EXPIRY);
    AtomicBoolean asked = new AtomicBoolean();
    assertThat(
            facets.map(
                Own.class,
                below -> {
                  asked.set(true);
                  return below;
                }))
        .isSameAs(facets);
    assertThat(asked).isFalse();
  }

  @Test
  void aFacetOfTheSameTypeTakesThePlaceOfTheOld() {
    Expiry other = new Expiry() {};
    Facets facets =
        Facets.none().with(Expiry.class, EXPIRY).with(Own.class, OWN).with(Expiry.class, other);
    assertThat(facets.types()).containsExactly(Expiry.class, Own.class);
    assertThat(facets.require(Expiry.class)).isSameAs(other);
  }

  @Test
  void aClassOrTheBareFacetIsNoNameForAFacet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Facets.none().with(OwnThing.class, new OwnThing()))
        .withMessageContaining("its own interface");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Facets.none().with(Facet.class, OWN))
        .withMessageContaining("its own interface");
  }
}
