package io.undercroft.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The one direction: who may see whom, over everything that is built.
 *
 * <p>A rule about a package that has no classes yet holds; that hides nothing, because {@link
 * #everyClassLivesInAKnownPackage} fails as soon as a class appears anywhere else.
 */
class ArchitectureTest {
  private static final String RUNTIME = "io.undercroft.runtime";

  /** The two doors of module {@code spi}. */
  private static final String[] SPI = {"io.undercroft.storage..", "io.undercroft.spi.."};

  /** The leaves of the runtime: each sees the SPI and itself, and a few see what is below them. */
  private static final List<String> LEAVES =
      List.of(
          "layers",
          "config",
          "discovery",
          "codec",
          "client",
          "memory",
          "index",
          "query",
          "transaction");

  private static final String LAYERS = RUNTIME + ".layers..";
  private static final String INDEX = RUNTIME + ".index..";
  private static final String QUERY = RUNTIME + ".query..";
  private static final String TRANSACTION = RUNTIME + ".transaction..";

  /** What a leaf sees beside the SPI and itself. */
  private static final Map<String, List<String>> BELOW =
      Map.of(LAYERS, List.of(INDEX, QUERY, TRANSACTION), INDEX, List.of(QUERY));

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.undercroft");

  @Test
  void everyClassLivesInAKnownPackage() {
    Stream<String> runtime =
        Stream.concat(Stream.of("cdi", "lifecycle"), LEAVES.stream())
            .map(part -> RUNTIME + "." + part + "..");
    Stream<String> others =
        Stream.of(
            RUNTIME,
            "io.undercroft.testkit..",
            "io.undercroft.plugin.*..",
            "io.undercroft.layer.*..",
            "io.undercroft.cli..");
    classes()
        .should()
        .resideInAnyPackage(
            Stream.of(Stream.of(SPI), runtime, others)
                .flatMap(parts -> parts)
                .toArray(String[]::new))
        .because(
            "DESIGN's modules name the packages; a new one belongs into this test, with a rule")
        .check(OURS);
  }

  @Test
  void theSpiSeesNothingButTheJdkJspecifyAndInject() {
    classes()
        .that()
        .resideInAnyPackage(SPI)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(SPI)
                .or(resideInAnyPackage("java..", "org.jspecify..", "jakarta.inject..")))
        .check(OURS);
  }

  @Test
  void theTestkitSeesTheSpiOnly() {
    only("io.undercroft.testkit..").check(OURS);
  }

  @Test
  void aPluginSeesTheSpiAndItself() {
    only("io.undercroft.plugin..").check(OURS);
  }

  @Test
  void pluginsDoNotSeeEachOther() {
    slices()
        .matching("io.undercroft.plugin.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void aLayerSeesTheSpiAndItself() {
    only("io.undercroft.layer..").check(OURS);
    slices()
        .matching("io.undercroft.layer.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void onlyTheCommandLineSeesItself() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.undercroft.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.undercroft.cli..")
        .check(OURS);
  }

  @ParameterizedTest
  @MethodSource("partsOfTheRuntime")
  void theRuntimeIsALine(String part, List<String> below) {
    String[] allowed = below.toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(part)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(part)
                .or(resideInAnyPackage(allowed))
                .or(resideInAnyPackage(SPI))
                .or(not(resideInAnyPackage("io.undercroft.."))))
        .because(
            "cdi → (root) → lifecycle → the leaves, which do not know each other; only the"
                + " completion in layers, and the indexes below it, know what a query means")
        .allowEmptyShould(true)
        .check(OURS);
  }

  static Stream<Arguments> partsOfTheRuntime() {
    List<String> leaves = LEAVES.stream().map(leaf -> RUNTIME + "." + leaf + "..").toList();
    String lifecycle = RUNTIME + ".lifecycle..";
    return Stream.concat(
        Stream.of(
            Arguments.of(RUNTIME + ".cdi..", with(leaves, lifecycle, RUNTIME)),
            Arguments.of(RUNTIME, with(leaves, lifecycle)),
            Arguments.of(lifecycle, leaves)),
        leaves.stream().map(leaf -> Arguments.of(leaf, BELOW.getOrDefault(leaf, List.of()))));
  }

  @Test
  void onlyConfigAndCdiKnowMicroProfile() {
    noClasses()
        .that()
        .resideOutsideOfPackages(RUNTIME + ".config..", RUNTIME + ".cdi..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.eclipse.microprofile..", "io.smallrye..")
        .check(OURS);
  }

  @Test
  void onlyCdiKnowsCdiAndNobodyKnowsWeld() {
    noClasses()
        .that()
        .resideOutsideOfPackage(RUNTIME + ".cdi..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.enterprise..", "jakarta.interceptor..")
        .check(OURS);
    noClasses().should().dependOnClassesThat().resideInAPackage("org.jboss..").check(OURS);
  }

  private static ArchRule only(String module) {
    return classes()
        .that()
        .resideInAPackage(module)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(module)
                .or(resideInAnyPackage(SPI))
                .or(
                    not(
                        resideInAnyPackage(
                            "io.undercroft..",
                            "jakarta.enterprise..",
                            "org.eclipse.microprofile..",
                            "io.smallrye..",
                            "org.jboss.."))))
        .allowEmptyShould(true);
  }

  private static List<String> with(List<String> leaves, String... more) {
    return Stream.concat(leaves.stream(), Stream.of(more)).toList();
  }
}
