package io.undercroft.layer.audit;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that are handed to somebody else, and that nobody keeps here: their chain begins anew
 * with each start.
 */
final class PassedOn implements Trail {
  private final Consumer<Scribe.Sealed> to;
  private final Scribe scribe;
  private Head head = Head.NONE;

  private PassedOn(PluginContext context, Consumer<Scribe.Sealed> to) {
    this.to = to;
    this.scribe = new Scribe(context.storage(), context.clock());
  }

  /** Lines of a log. */
  static Trail toLog(PluginContext context) {
    Logger log = LoggerFactory.getLogger("io.undercroft.audit." + context.storage());
    return new PassedOn(
        context,
        written ->
            log.info("{}", new String(written.line(), StandardCharsets.UTF_8).stripTrailing()));
  }

  /**
   * Events of the container; each is an {@link io.undercroft.storage.tool.AuditRecord}. An observer
   * that throws keeps the operation from being done, as a disk would that is full.
   */
  static Trail toObservers(PluginContext context) {
    return new PassedOn(
        context,
        written -> {
          try {
            context.tell(Line.sealed(written).record());
          } catch (StorageException e) {
            throw e;
          } catch (RuntimeException e) {
            throw StorageException.of(
                ErrorCode.CONNECTION_FAILED,
                "an observer of the audit trail threw " + e.getClass().getName(),
                e);
          }
        });
  }

  @Override
  public synchronized long append(Draft draft) {
    Scribe.Sealed sealed = scribe.next(head, draft);
    head = sealed.head(); // first: who is told may do something that is recorded
    to.accept(sealed);
    return sealed.head().sequence();
  }

  @Override
  public void await(long sequence) {}

  @Override
  public void close() {}
}
