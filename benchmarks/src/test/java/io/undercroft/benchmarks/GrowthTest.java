package io.undercroft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** That growth is measured on every backend, told and drawn; not how fast anything is. */
final class GrowthTest {
  @Test
  void everyBackendIsMeasuredAndToldAndDrawn(@TempDir Path folder) throws Exception {
    Results results = new Results(folder.resolve("growth.json"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Growth growth =
        new Growth(0.005, 1, false, results, new PrintStream(said, true, StandardCharsets.UTF_8));

    for (GrowthBackend backend : GrowthBackend.values()) {
      growth.run(backend, 1_000);
    }

    assertThat(results.all()).hasSize(GrowthBackend.values().length);
    results
        .all()
        .forEach(
            each ->
                GrowthBackend.valueOf(each.getString("backend"))
                    .works()
                    .forEach(
                        work ->
                            assertThat(each.getJsonNumber(work.name()).doubleValue())
                                .as("%s of %s", work, each)
                                .isPositive()));
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("sqlite, 1,000 entries");

    Path document =
        Files.writeString(
            folder.resolve("page.md"),
            "<!-- made by Growth: begin -->\n<!-- made by Growth: end -->\n");
    Growth.write(results, "a small one", document);

    assertThat(Files.readString(document))
        .contains("**a small one**", "![size](images/growth-size.svg)", "| postgresql | ")
        .contains(" | 1.0 × | ≤ 2 × | met |");
    for (GrowthWork work : GrowthWork.values()) {
      assertThat(colours(folder.resolve("images").resolve(work.picture())))
          .contains("rgb(0,158,115)"); // SQLite's, which does all of it
    }
  }

  @Test
  void aPictureHasALineForEachBackend(@TempDir Path folder) throws Exception {
    Map<GrowthBackend, Map<Integer, Double>> lines = new EnumMap<>(GrowthBackend.class);
    double slowness = 1;
    for (GrowthBackend backend : GrowthBackend.values()) {
      lines.put(backend, new TreeMap<>(Map.of(1_000, 40 * slowness, 100_000, 70 * slowness)));
      slowness *= 10;
    }
    Path file = folder.resolve("get.svg");

    GrowthPicture.draw(GrowthWork.GET, lines, file);

    assertThat(colours(file))
        .contains(
            "rgb(140,149,159)",
            "rgb(0,114,178)",
            "rgb(213,94,0)",
            "rgb(0,158,115)",
            "rgb(204,121,167)");
  }

  @Test
  void whatWouldTakeTooLongIsNotTried(@TempDir Path folder) throws Exception {
    Results results = new Results(folder.resolve("growth.json"));
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);

    new Growth(0.005, 1e-9, false, results, out).run(GrowthBackend.MAP, 1_000_000);

    assertThat(results.all()).hasSize(2);
    assertThat(Growth.markdown(results, ""))
        .contains("- ConcurrentHashMap was not measured with 10,000 entries: about");
  }

  /** Returns the colours of a picture; throws if it is not well-formed. */
  private static Set<String> colours(Path svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document document = factory.newDocumentBuilder().parse(svg.toFile());
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    NodeList groups = document.getElementsByTagName("g");
    return IntStream.range(0, groups.getLength())
        .mapToObj(i -> ((Element) groups.item(i)).getAttribute("stroke"))
        .collect(Collectors.toSet());
  }
}
