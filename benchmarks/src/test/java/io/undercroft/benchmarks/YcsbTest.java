package io.undercroft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.Vector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import site.ycsb.ByteIterator;
import site.ycsb.DB;
import site.ycsb.Status;
import site.ycsb.StringByteIterator;

/** That YCSB's workloads run on both sides and that both do what YCSB asks; not how fast. */
final class YcsbTest {
  @Test
  void everyWorkloadRunsOnBothSidesAndTheResultsMakeATable(@TempDir Path folder) throws Exception {
    Results results = new Results(folder.resolve("ycsb.json"));
    Ycsb ycsb = new Ycsb(50, 40, 2, 2, results, nowhere());
    List<YcsbBackend> backends = List.of(YcsbBackend.MEMORY, YcsbBackend.FILE, YcsbBackend.SQLITE);

    for (YcsbBackend backend : backends) {
      ycsb.run(backend, List.of(YcsbWorkload.values()));
    }

    Path document =
        Files.writeString(
            folder.resolve("page.md"),
            "<!-- made by Ycsb: begin -->\nold\n<!-- made by Ycsb: end -->\n");
    Markers.fill(document, "Ycsb", Ycsb.markdown(results, "a small one"));
    String page = Files.readString(document);
    assertThat(results.all()).hasSize(backends.size() * YcsbWorkload.values().length);
    assertThat(page)
        .contains("50 records of 10 × 100 bytes, 2 rounds of 40 operations by 2 threads")
        .contains("**a small one**")
        .doesNotContain("old")
        .doesNotContain("not offered")
        .endsWith("<!-- made by Ycsb: end -->\n");
    for (YcsbBackend backend : backends) {
      for (YcsbWorkload workload : YcsbWorkload.values()) {
        assertThat(page.lines())
            .filteredOn(
                line ->
                    line.startsWith(
                        "| " + backend.name().toLowerCase(Locale.ROOT) + " | " + workload + ": "))
            .singleElement()
            .asString()
            .matches(".* \\| [0-9,]+ \\| [0-9,]+ \\| [0-9.]+ ± [0-9.]+ \\| .*");
      }
    }
    assertThat(page.lines().filter(line -> line.contains("| E: ")))
        .allMatch(line -> line.contains(" scan "));
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("JdkObsolete") // YCSB asks for a Vector
  void bothSidesDoWhatYcsbAsks(YcsbBackend backend) throws Exception {
    try (Scratch scratch = Scratch.create();
        YcsbSide ours = backend.ours(scratch.directory().resolve("ours"), true);
        YcsbSide peer = backend.peer(scratch.directory().resolve("peer"))) {
      for (YcsbSide side : List.of(ours, peer)) {
        DB db = side.dbs().call();
        for (int i = 0; i < 10; i++) {
          assertThat(db.insert("usertable", "user" + i, fields("first " + i))).isEqualTo(Status.OK);
        }
        assertThat(side.scans().getAsBoolean()).isTrue();

        assertThat(read(db, "user3", null)).isEqualTo(texts("first 3"));
        assertThat(read(db, "user3", Set.of("field4"))).isEqualTo(Map.of("field4", "first 3"));
        db.update("usertable", "user3", Map.of("field4", new StringByteIterator("other \"4\"")));
        Map<String, String> changed = texts("first 3");
        changed.put("field4", "other \"4\"");
        assertThat(read(db, "user3", null)).isEqualTo(changed);

        Vector<HashMap<String, ByteIterator>> found = new Vector<>();
        assertThat(db.scan("usertable", "user6", 3, null, found)).isEqualTo(Status.OK);
        assertThat(found.stream().map(YcsbTest::text).toList())
            .isEqualTo(List.of(texts("first 6"), texts("first 7"), texts("first 8")));

        assertThat(db.delete("usertable", "user6")).isEqualTo(Status.OK);
        assertThat(db.read("usertable", "user6", null, new HashMap<>()))
            .isEqualTo(Status.NOT_FOUND);
        assertThat(db.delete("usertable", "user6")).isEqualTo(Status.NOT_FOUND);
        db.cleanup();
      }
    }
  }

  private static Map<String, String> read(DB db, String key, @Nullable Set<String> fields) {
    HashMap<String, ByteIterator> found = new HashMap<>();
    assertThat(db.read("usertable", key, fields, found)).isEqualTo(Status.OK);
    return text(found);
  }

  private static Map<String, String> text(Map<String, ByteIterator> fields) {
    return StringByteIterator.getStringMap(fields);
  }

  private static Map<String, String> texts(String text) {
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < YcsbRecord.FIELDS; i++) {
      texts.put("field" + i, text);
    }
    return texts;
  }

  private static Map<String, ByteIterator> fields(String text) {
    return StringByteIterator.getByteIteratorMap(texts(text));
  }

  private static PrintStream nowhere() {
    return new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
  }
}
