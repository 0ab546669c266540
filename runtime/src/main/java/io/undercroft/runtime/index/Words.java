package io.undercroft.runtime.index;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.ThreadInterruptedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a fulltext index holds: by Lucene, in memory.
 *
 * <p>A word is what Unicode's word boundaries make one (UAX #29), in lower case and in
 * compatibility form (NFKC): {@code Äpfel} is found by {@code äpfel}, in either spelling of the
 * umlaut, and not by {@code apfel}. No word is left out and none is cut to its stem. The texts of
 * an array are as far from each other that no phrase reaches from one to the next.
 *
 * <p>It has no thread and no file, and needs no closing.
 *
 * <p><b>Threads:</b> safe for concurrent use; what belongs to one key is changed by one thread at a
 * time. <b>Errors:</b> a change that fails fails nobody, for the entry is written: it is logged,
 * and from then on this {@link #isBroken} and is to be built anew. Who reads gets INTERRUPTED, or
 * what Lucene throws, after which it is broken too.
 */
final class Words {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Words.class);
  private static final String KEY = "key";
  private static final String VERSION = "version";
  private static final String TEXT = "text:";
  private static final int FAR = 1_000;
  private static final Sort BEST =
      new Sort(SortField.FIELD_SCORE, new SortField(KEY, SortField.Type.STRING));
  private static final Analyzer ANALYZER = new Splitting();

  /** Held, for otherwise its level would be forgotten. */
  private static final Logger ADVICE =
      Logger.getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

  static {
    if (ADVICE.getLevel() == null) { // from Java 21 on it advises what nobody here can do
      ADVICE.setLevel(Level.SEVERE);
    }
  }

  private static final class Splitting extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer words = new StandardTokenizer();
      return new TokenStreamComponents(words, new LowerCaseFilter(words));
    }

    @Override
    public int getPositionIncrementGap(String field) {
      return FAR;
    }
  }

  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private final IndexWriter writer;
  private final SearcherManager searchers;

  /** Whether a change failed, so that nobody knows what it holds. */
  private volatile boolean broken;

  Words() {
    IndexWriterConfig how = new IndexWriterConfig(ANALYZER);
    how.setMergeScheduler(new SerialMergeScheduler());
    how.setCommitOnClose(false);
    try {
      writer = new IndexWriter(directory, how);
      searchers = new SearcherManager(writer, new Uncached());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lucene's own cache of queries is one for the whole JVM. */
  private static final class Uncached extends SearcherFactory {
    @Override
    public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setQueryCache(null);
      return searcher;
    }
  }

  boolean isBroken() {
    return broken;
  }

  /** Takes what an entry's texts are now, and lets go of them. */
  void put(Held held) {
    Document document = new Document();
    document.add(new StringField(KEY, held.key, Field.Store.NO));
    document.add(new SortedDocValuesField(KEY, new BytesRef(held.key)));
    document.add(new BinaryDocValuesField(VERSION, new BytesRef(held.version)));
    for (Held.Text text : held.texts) {
      document.add(new TextField(name(text.field()), normal(text.text()), Field.Store.NO));
    }
    held.texts = List.of();
    change(() -> writer.updateDocument(new Term(KEY, held.key), document));
  }

  void remove(String key) {
    change(() -> writer.deleteDocuments(new Term(KEY, key)));
  }

  void clear() {
    change(writer::deleteAll);
  }

  private interface Change {
    long make() throws IOException;
  }

  private void change(Change change) {
    if (broken) {
      return;
    }
    boolean done = false;
    try {
      change.make();
      done = true;
    } catch (ThreadInterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.warn("a fulltext index could not take a change; it is built anew by the next query", e);
    } finally {
      broken |= !done;
    }
  }

  /** Returns about how many bytes it takes. */
  long bytes() {
    try {
      long bytes = writer.ramBytesUsed();
      for (String file : directory.listAll()) {
        bytes += directory.fileLength(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String normal(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFKC)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFKC);
  }

  /** Returns the name of a path's field here. */
  static String name(String path) {
    return TEXT + path;
  }

  /** Returns the words of a text, in order. */
  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    try (TokenStream stream = ANALYZER.tokenStream(TEXT, normal(text))) {
      CharTermAttribute word = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        words.add(word.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return words;
  }

  /** Returns whether one entry's texts are found, as if nothing else were there. */
  static boolean find(Held held, Query wanted) {
    if (!held.told) {
      return false;
    }
    Words alone = new Words();
    alone.put(held);
    try (Reading reading = alone.read()) {
      return reading.count(wanted) > 0;
    }
  }

  /** Returns what it holds now, all that was written before this call. */
  Reading read() {
    boolean done = false;
    try {
      searchers.maybeRefreshBlocking();
      Reading reading = new Reading(searchers.acquire());
      done = true;
      return reading;
    } catch (ThreadInterruptedException e) {
      done = writer.isOpen();
      Thread.currentThread().interrupt();
      throw StorageException.of(
          ErrorCode.INTERRUPTED, "interrupted while a search looked for what was written", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      broken |= !done;
    }
  }

  /** What was there at one moment. <b>Threads:</b> for one at a time. */
  final class Reading implements AutoCloseable {
    private final IndexSearcher searcher;
    private boolean closed;

    private Reading(IndexSearcher searcher) {
      this.searcher = searcher;
    }

    /**
     * One that was found.
     *
     * @param version the entry's version whose texts were found
     * @param place where it stands, to go on behind it
     */
    record Match(String key, String version, float score, FieldDoc place) {}

    long count(Query wanted) {
      try {
        return searcher.count(wanted);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns the best behind a place, by score and then by key. */
    List<Match> best(Query wanted, @Nullable FieldDoc after, int most) {
      try {
        ScoreDoc[] found = searcher.searchAfter(after, wanted, most, BEST).scoreDocs;
        List<Match> matches = new ArrayList<>(found.length);
        for (ScoreDoc one : found) {
          FieldDoc place = (FieldDoc) one;
          matches.add(
              new Match(
                  ((BytesRef) place.fields[1]).utf8ToString(),
                  version(place.doc),
                  (Float) place.fields[0],
                  place));
        }
        return matches;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String version(int document) throws IOException {
      List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
      BinaryDocValues versions = leaf.reader().getBinaryDocValues(VERSION);
      if (versions == null || !versions.advanceExact(document - leaf.docBase)) {
        throw new IllegalStateException("a document without a version");
      }
      return versions.binaryValue().utf8ToString();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        try {
          searchers.release(searcher);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
