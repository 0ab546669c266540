package io.undercroft.spi;

import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import java.util.List;

/** Indexes that the engine keeps. */
public interface Indexes extends Facet {
  /** Creates an index and returns when it can be used; an equal one that exists is fine. */
  void create(IndexDefinition index);

  /** Removes an index; returns whether there was one. */
  boolean drop(String name);

  /** Returns the indexes with their figures. */
  List<IndexInfo> list();
}
