package io.undercroft.runtime;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.runtime.query.QueryForm;

/**
 * The JSON form of queries, for what speaks with people and other programs: a command line, HTTP.
 */
public final class QueryText {
  /** Conditions nest 100 deep, and each takes a few levels of JSON. */
  private static final int DEPTH = 1_000;

  private static final QueryForm FORM =
      new QueryForm(
          new CodecDocuments(
              new StoredDocuments(
                  new CodecLimits(
                      DEPTH,
                      CodecLimits.DEFAULT.numberLength(),
                      CodecLimits.DEFAULT.exponent(),
                      CodecLimits.DEFAULT.bytes()))));

  private QueryText() {}

  /** Returns what reads and writes queries, conditions, pipelines and index definitions. */
  public static QueryForm form() {
    return FORM;
  }
}
