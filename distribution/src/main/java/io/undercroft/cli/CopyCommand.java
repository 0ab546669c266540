package io.undercroft.cli;

import io.undercroft.storage.Entry;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "copy",
    description = {
      "Copy every entry from one storage to another, read it back and compare.",
      "Entries that are there already and equal are left alone: a copy that was stopped goes on where it was when"
          + " it is started again. Entries that only the target has stay there."
    })
final class CopyCommand extends UndercroftCommand implements UndercroftCommand.Runs {
  private static final int BATCH = 500;

  @Option(names = "--from", required = true, paramLabel = "NAME", description = "Copy from here.")
  String from = "";

  @Option(names = "--to", required = true, paramLabel = "NAME", description = "Copy to here.")
  String to = "";

  private long alreadyThere;
  private long copied;

  CopyCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws Exception {
    if (from.equals(to)) {
      throw new UsageException("--from and --to name the same storage '" + from + "'");
    }
    return with(this::copy);
  }

  private int copy(Undercroft undercroft) {
    Storage<JsonValue> source = undercroft.storage(from, JsonValue.class);
    Storage<JsonValue> target = undercroft.storage(to, JsonValue.class);
    List<String> different = new ArrayList<>();
    try (Stream<Entry<JsonValue>> entries = source.entries();
        Progress progress = Progress.start(console(), "copy", "entries", source.size())) {
      Iterator<Entry<JsonValue>> each = entries.iterator();
      List<Entry<JsonValue>> batch = new ArrayList<>(BATCH);
      while (each.hasNext()) {
        batch.add(each.next());
        if (batch.size() == BATCH || !each.hasNext()) {
          different.addAll(copy(batch, target));
          progress.step(batch.size());
          batch.clear();
        }
      }
    }
    console()
        .say(
            "Copied "
                + copied
                + " entries from '"
                + from
                + "' to '"
                + to
                + "'; "
                + alreadyThere
                + " were there already; "
                + (copied + alreadyThere - different.size())
                + " verified.");
    if (!different.isEmpty()) {
      console()
          .say(
              different.size()
                  + " entries read back differently, somebody else may be writing; start the copy again. First: "
                  + Json.texts(different.subList(0, Math.min(5, different.size()))));
      return ExitCode.FAILURE;
    }
    return ExitCode.DONE;
  }

  /** Writes what is missing or different, and returns the keys that still differ when read back. */
  private List<String> copy(List<Entry<JsonValue>> batch, Storage<JsonValue> target) {
    List<Entry<JsonValue>> wanting = differing(batch, target);
    alreadyThere += batch.size() - wanting.size();
    copied += wanting.size();
    Map<String, JsonValue> plain = new LinkedHashMap<>();
    for (Entry<JsonValue> entry : wanting) {
      SetOptions how = optionsOf(entry);
      if (Json.isPlain(how)) {
        plain.put(entry.key(), entry.value());
      } else {
        target.set(entry.key(), entry.value(), how);
      }
    }
    if (!plain.isEmpty()) {
      target.batched().setMany(plain);
    }
    return differing(wanting, target).stream().map(Entry::key).toList();
  }

  private static List<Entry<JsonValue>> differing(
      List<Entry<JsonValue>> entries, Storage<JsonValue> target) {
    Map<String, JsonValue> there =
        target.batched().getMany(entries.stream().map(Entry::key).toList());
    return entries.stream()
        .filter(
            entry ->
                !entry.value().equals(there.get(entry.key()))
                    || (!Json.isPlain(optionsOf(entry)) && !sameBesides(entry, target)))
        .toList();
  }

  private static boolean sameBesides(Entry<JsonValue> entry, Storage<JsonValue> target) {
    Optional<Entry<JsonValue>> there = target.entry(entry.key());
    return there.isPresent()
        && there.get().expiresAt().equals(entry.expiresAt())
        && there.get().metadata().equals(entry.metadata());
  }

  private static SetOptions optionsOf(Entry<JsonValue> entry) {
    SetOptions how = SetOptions.none();
    if (entry.expiresAt().isPresent()) {
      how = how.andExpiresAt(entry.expiresAt().get());
    }
    return entry.metadata().isEmpty() ? how : how.andMetadata(entry.metadata());
  }
}
