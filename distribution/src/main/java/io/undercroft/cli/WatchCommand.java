package io.undercroft.cli;

import io.undercroft.storage.Storage;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.Subscription;
import jakarta.json.JsonValue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    description = "Print every change as one JSON object a line, until stopped by Ctrl-C.")
final class WatchCommand extends StorageCommand {
  @Parameters(
      paramLabel = "GLOB",
      arity = "0..1",
      defaultValue = "*",
      description =
          "Only keys that match: * any characters, ? one, [a-z] one of a set (default: *).")
  String glob = "*";

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "Stop after this many changes.")
  @Nullable Integer count;

  WatchCommand(Console console) {
    super(console);
  }

  @Override
  int run(Storage<JsonValue> storage) throws Exception {
    if (count != null && count < 1) {
      throw new UsageException("--count must be at least 1");
    }
    CountDownLatch remaining = new CountDownLatch(count == null ? 1 : count);
    boolean forever = count == null;
    Subscription watching =
        storage.observable().watch(glob, change -> show(change, remaining, forever));
    try {
      console().say("Watching storage '" + storage.name() + "'; Ctrl-C ends it.");
      remaining.await();
    } finally {
      watching.close();
    }
    return ExitCode.DONE;
  }

  private void show(Change<JsonValue> change, CountDownLatch remaining, boolean forever) {
    if (forever || remaining.getCount() > 0) {
      console().give(Json.change(change).toString());
      console().out().flush();
    }
    if (!forever) {
      remaining.countDown();
    }
  }
}
