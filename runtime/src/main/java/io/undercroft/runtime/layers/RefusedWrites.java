package io.undercroft.runtime.layers;

import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.ContainerTransactions;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.function.BooleanSupplier;

/**
 * Refuses writes: all of them, or those inside a container's transaction that they would outlive.
 *
 * <p>What changes nothing is let through: a commit that only checks, and the end of a transaction,
 * in which every write was refused.
 */
final class RefusedWrites implements LetsPass {
  static final String READ_ONLY = "read-only";
  static final String JTA = "jta";

  private final BooleanSupplier now;
  private final boolean seesEverything;
  private final String because;

  private RefusedWrites(BooleanSupplier now, boolean seesEverything, String because) {
    this.now = now;
    this.seesEverything = seesEverything;
    this.because = because;
  }

  /**
   * Refuses every write. Facets of a plugin's own are taken away: whether they write cannot be
   * known.
   */
  static Facets always(Facets below, String storage) {
    String because =
        "because " + Setting.of(storage, READ_ONLY) + "=true; write elsewhere, or set it to false";
    return new RefusedWrites(() -> true, true, because).over(below, storage, READ_ONLY);
  }

  /** Refuses every write while a transaction is under way; what it cannot see it lets be. */
  static Facets inside(ContainerTransactions transactions, Facets below, String storage) {
    String because =
        "inside a JTA transaction, which this storage cannot join: what is written here would stay"
            + " if that is rolled back. Write before or after it, or set "
            + Setting.of(storage, JTA)
            + "=ignore to write at once";
    return new RefusedWrites(transactions::isActive, false, because).over(below, storage, JTA);
  }

  private Facets over(Facets below, String storage, String name) {
    return Chain.of(storage, name, this).over(commits(below));
  }

  /** An around does not see whether a commit only checks: commits are looked at one by one. */
  private Facets commits(Facets below) {
    return below
        .map(
            Commit.class,
            commit ->
                (checks, mutations) -> {
                  if (!mutations.isEmpty() && now.getAsBoolean()) {
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
    if (kind.isWrite()
        && kind != Kind.COMMIT
        && kind != Kind.COMMIT_TRANSACTION
        && now.getAsBoolean()) {
      throw refusal(call.toString());
    }
    return next.proceed(call);
  }

  @Override
  public boolean seesEverything() {
    return seesEverything;
  }

  private StorageException refusal(String what) {
    return StorageException.of(ErrorCode.UNSUPPORTED, what + " is refused " + because);
  }
}
