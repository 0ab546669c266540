package io.undercroft.runtime.layers;

import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;

/**
 * Refuses every write. Facets of a plugin's own are taken away: whether they write cannot be known.
 *
 * <p>What changes nothing is let through: a commit that only checks, and the end of a transaction,
 * in which every write was refused.
 */
final class ReadOnly implements LetsPass {
  static final String NAME = "read-only";

  private final String setting;

  private ReadOnly(String storage) {
    this.setting = Setting.of(storage, NAME);
  }

  static Facets over(Facets below, String storage) {
    ReadOnly refusing = new ReadOnly(storage);
    return Chain.of(storage, NAME, refusing).over(refusing.commits(below));
  }

  /** An around does not see whether a commit only checks: commits are looked at one by one. */
  private Facets commits(Facets below) {
    return below
        .map(
            Commit.class,
            commit ->
                (checks, mutations) -> {
                  if (!mutations.isEmpty()) {
                    throw refusal(Kind.COMMIT.toString());
                  }
                  return commit.commit(checks, mutations);
                })
        .map(Transactions.class, tx -> new InsideTransactions(tx, this::commits))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::commits));
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    Kind kind = call.kind();
    if (kind.isWrite() && kind != Kind.COMMIT && kind != Kind.COMMIT_TRANSACTION) {
      throw refusal(call.toString());
    }
    return next.proceed(call);
  }

  @Override
  public boolean seesEverything() {
    return true;
  }

  private StorageException refusal(String what) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "%s is refused because %s=true; write elsewhere, or set it to false"
            .formatted(what, setting));
  }
}
