package io.undercroft.layer.audit;

import io.undercroft.spi.PluginContext;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records as lines of a log; its chain begins anew with each start. */
final class LogTrail implements Trail {
  private final Logger log;
  private final Scribe scribe;
  private Head head = Head.NONE;

  LogTrail(PluginContext context) {
    this.log = LoggerFactory.getLogger("io.undercroft.audit." + context.storage());
    this.scribe = new Scribe(context.storage(), context.clock());
  }

  @Override
  public synchronized long append(Draft draft) {
    Scribe.Sealed sealed = scribe.next(head, draft);
    String line = new String(sealed.line(), StandardCharsets.UTF_8);
    log.info("{}", line.stripTrailing());
    head = sealed.head();
    return head.sequence();
  }

  @Override
  public void await(long sequence) {}

  @Override
  public void close() {}
}
