package io.undercroft.runtime.query;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Queries;
import io.undercroft.storage.query.Pipeline;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each stage gives out, on documents in the order of their keys. */
class AggregationTest {
  private static final List<String> BOOKS =
      List.of(
          "{'title':'Emma','author':'Austen','year':1815,'price':0.1,'tags':['novel','love']}",
          "{'title':'Persuasion','author':'Austen','year':1817,'price':0.2,'tags':['novel']}",
          "{'title':'Faust','author':'Goethe','year':1808,'price':'free','tags':[]}",
          "{'title':'Werther','author':'Goethe','year':1774,'tags':null}",
          "{'title':'Beowulf','year':1.0,'price':9223372036854775807,'tags':'epic'}");

  private final QueryForm form = new QueryForm(Given.DOCUMENTS);

  private List<Map<String, Object>> run(String pipeline) {
    return run(pipeline, Bounds.DEFAULT, BOOKS);
  }

  private List<Map<String, Object>> run(String pipeline, Bounds bounds, List<String> documents) {
    Shelf shelf = new Shelf();
    for (int i = 0; i < documents.size(); i++) {
      shelf.put("k" + i, documents.get(i).replace('\'', '"'));
    }
    return shelf
        .queries(bounds)
        .aggregate(form.pipeline(pipeline.replace('\'', '"')))
        .orElseThrow()
        .documents();
  }

  private static Object json(String text) {
    return Given.value(text.replace('\'', '"'));
  }

  private void gives(String pipeline, String expected) {
    assertThat((Object) run(pipeline)).isEqualTo(json(expected));
  }

  @Test
  void nothingDoneGivesEverything() {
    gives("[]", "[" + String.join(",", BOOKS).replace("1.0", "1") + "]");
  }

  @Test
  void matchAndProjectAndSort() {
    gives(
        "[{'match':{'field':'year','operator':'gt','value':1800}},"
            + "{'sort':[{'field':'year','direction':'desc'}]},{'project':['title']}]",
        "[{'title':'Persuasion'},{'title':'Emma'},{'title':'Faust'}]");
    gives(
        "[{'sort':[{'field':'year'}]},{'skip':1},{'limit':2},{'project':['year']},"
            + "{'match':{'field':'year','operator':'lt','value':1800}}]",
        "[{'year':1774}]");
  }

  @Test
  void groupComputesWhatMongoDbComputes() {
    gives(
        "[{'group':{'by':'author','accumulators':{"
            + "'n':{'function':'count'},'sum':{'function':'sum','field':'price'},"
            + "'avg':{'function':'avg','field':'year'},'min':{'function':'min','field':'year'},"
            + "'max':{'function':'max','field':'price'},'first':{'function':'first','field':'title'},"
            + "'last':{'function':'last','field':'price'},'all':{'function':'push','field':'price'},"
            + "'set':{'function':'addToSet','field':'author'}}}}]",
        "[{'_id':null,'n':1,'sum':9223372036854775807,'avg':1,'min':1,'max':9223372036854775807,"
            + "'first':'Beowulf','last':9223372036854775807,'all':[9223372036854775807],'set':[]},"
            + "{'_id':'Austen','n':2,'sum':0.3,'avg':1816,'min':1815,'max':0.2,'first':'Emma',"
            + "'last':0.2,'all':[0.1,0.2],'set':['Austen']},"
            + "{'_id':'Goethe','n':2,'sum':0,'avg':1791,'min':1774,'max':'free','first':'Faust',"
            + "'last':null,'all':['free'],'set':['Goethe']}]");
  }

  @Test
  void sumsAreExactBeyondSixtyFourBits() {
    List<Map<String, Object>> result =
        run(
            "[{'group':{'accumulators':{'s':{'function':'sum','field':'n'},"
                + "'a':{'function':'avg','field':'n'}}}}]",
            Bounds.DEFAULT,
            List.of("{'n':9223372036854775807}", "{'n':9223372036854775807}", "{'n':0.5}"));
    assertThat((Object) result)
        .isEqualTo(
            json(
                "[{'_id':null,'s':18446744073709551614.5,'a':6148914691236517204.833333333333333}]"));
    assertThat(run("[{'group':{'accumulators':{'a':{'function':'avg','field':'none'}}}}]").get(0))
        .containsEntry("a", null);
  }

  @Test
  void groupsMayHaveSeveralFieldsAndNumbersAreOneGroupByValue() {
    assertThat(
            (Object)
                run(
                    "[{'group':{'by':{'x':'a','y':'b.c'},'accumulators':{'n':{'function':'count'}}}}]",
                    Bounds.DEFAULT,
                    List.of(
                        "{'a':1,'b':{'c':2}}", "{'a':1.0,'b':{'c':2e0}}", "{'a':1}", "{'a':[1]}")))
        .isEqualTo(
            json(
                "[{'_id':{'x':1,'y':null},'n':1},{'_id':{'x':1,'y':2},'n':2},"
                    + "{'_id':{'x':[1],'y':null},'n':1}]"));
  }

  @Test
  void unwindGivesADocumentForEachElement() {
    gives(
        "[{'unwind':'tags'},{'project':['title','tags']}]",
        "[{'title':'Emma','tags':'novel'},{'title':'Emma','tags':'love'},"
            + "{'title':'Persuasion','tags':'novel'},{'title':'Beowulf','tags':'epic'}]");
    gives(
        "[{'match':{'field':'author','operator':'eq','value':'Goethe'}},"
            + "{'unwind':{'field':'tags','preserveNullAndEmpty':true}},{'project':['title','tags']}]",
        "[{'title':'Faust'},{'title':'Werther','tags':null}]");
    assertThat(
            (Object)
                run(
                    "[{'unwind':'a.b'}]",
                    Bounds.DEFAULT,
                    List.of("{'a':{'b':[1,[2]],'c':3},'d':4}", "{'a':[{'b':[1]}]}", "{'a':5}")))
        .isEqualTo(json("[{'a':{'b':1,'c':3},'d':4},{'a':{'b':[2],'c':3},'d':4}]"));
  }

  @Test
  void countCountsAndIsSilentAboutNothing() {
    gives("[{'count':'n'}]", "[{'n':5}]");
    gives("[{'match':{'field':'x','operator':'exists'}},{'count':'n'}]", "[]");
    gives(
        "[{'unwind':'tags'},{'group':{'by':'tags','accumulators':{}}},{'count':'n'}]", "[{'n':3}]");
  }

  @Test
  void limitEndsTheScan() {
    Shelf shelf = new Shelf();
    for (int i = 0; i < 5_000; i++) {
      shelf.put("k" + i, "{\"n\":" + i + "}");
    }
    assertThat(
            shelf
                .queries(Bounds.DEFAULT)
                .aggregate(form.pipeline("[{\"limit\":3}]"))
                .orElseThrow()
                .documents())
        .hasSize(3);
    assertThat(shelf.handedOut()).isLessThan(1_000);
  }

  @Test
  void whatIsHeldIsBounded() {
    Bounds few = new Bounds(2, 1 << 20);
    for (String pipeline :
        List.of(
            "[]",
            "[{'sort':[{'field':'year'}]},{'limit':3}]",
            "[{'group':{'by':'title','accumulators':{}}}]")) {
      assertThatThrownBy(() -> run(pipeline, few, BOOKS))
          .hasMessageStartingWith("INVALID_QUERY")
          .hasMessageContaining("more than 2 entries");
    }
    assertThat(run("[{'sort':[{'field':'year'}]},{'skip':1},{'limit':1}]", few, BOOKS)).hasSize(1);
    assertThat(run("[{'count':'n'}]", few, BOOKS)).hasSize(1);
    assertThatThrownBy(
            () ->
                run(
                    "[{'group':{'accumulators':{'all':{'function':'push','field':'title'}}}}]",
                    new Bounds(1_000, 500),
                    BOOKS))
        .hasMessageContaining("500 bytes");
  }

  @Test
  void valuesThatAreNoObjectsAreEmptyDocuments() {
    assertThat(
            (Object)
                run(
                    "[{'group':{'by':'a','accumulators':{'n':{'function':'count'}}}}]",
                    Bounds.DEFAULT,
                    List.of("'text'", "[1]", "7")))
        .isEqualTo(json("[{'_id':null,'n':3}]"));
  }

  @Test
  void aPipelineHasAHundredStages() {
    Pipeline pipeline = Pipeline.start();
    for (int i = 0; i < 100; i++) {
      pipeline = pipeline.then(new Pipeline.Match(field("a").missing()));
    }
    Pipeline full = pipeline;
    assertThat(new Shelf().queries(Bounds.DEFAULT).aggregate(full))
        .contains(new Queries.Aggregated(List.of(), 100));
    assertThatThrownBy(() -> full.then(new Pipeline.Limit(1))).hasMessageContaining("100");
  }
}
