package io.undercroft.cli;

import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.AuditRecord;
import io.undercroft.storage.tool.AuditTrail;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "show",
    description = {
      "Print the records of the trail, in their order.",
      "Moments are written 2026-11-27T14:00:00Z. Several filters must all fit."
    })
final class AuditShowCommand extends StorageCommand {
  @Option(names = "--since", paramLabel = "MOMENT", description = "From this moment on.")
  @Nullable Instant since;

  @Option(names = "--until", paramLabel = "MOMENT", description = "Before this moment.")
  @Nullable Instant until;

  @Option(names = "--key", paramLabel = "KEY", description = "Operations that name this key.")
  @Nullable String key;

  @Option(names = "--principal", paramLabel = "NAME", description = "What this caller did.")
  @Nullable String principal;

  @Option(
      names = "--operation",
      paramLabel = "NAME",
      description = "Operations of this kind: put, delete, commit-transaction …")
  @Nullable String operation;

  @Mixin OutputFormat output = new OutputFormat();

  AuditShowCommand(Console console) {
    super(console);
  }

  @Override
  int run(Undercroft undercroft) {
    try (Stream<AuditRecord> records =
        undercroft.tool(storageName, AuditTrail.class).records().filter(fits())) {
      if (output.isTable(console())) {
        Table table =
            new Table("SEQ", "TIME", "EVENT", "OPERATION", "PRINCIPAL", "OUTCOME", "KEYS");
        records.forEach(record -> table.row(row(record)));
        table.printTo(console());
      } else {
        records.forEach(record -> console().give(record.json()));
      }
    }
    return ExitCode.DONE;
  }

  private Predicate<AuditRecord> fits() {
    Instant from = since == null ? Instant.MIN : since;
    Instant to = until == null ? Instant.MAX : until;
    String wantedKey = key;
    String wantedPrincipal = principal;
    String wantedOperation =
        operation == null ? null : operation.toUpperCase(Locale.ROOT).replace('-', '_');
    return record ->
        !record.time().isBefore(from)
            && record.time().isBefore(to)
            && (wantedKey == null || record.keys().contains(wantedKey))
            && (wantedPrincipal == null || record.principal().equals(wantedPrincipal))
            && (wantedOperation == null || record.operation().equals(wantedOperation));
  }

  private static String[] row(AuditRecord record) {
    return new String[] {
      String.valueOf(record.sequence()),
      record.time().toString(),
      record.event(),
      record.operation(),
      shown(record.principal()),
      record.outcome().map(AuditShowCommand::shown).orElse(""),
      Json.texts(record.keys()).toString()
    };
  }

  /** What a name could do to a terminal, it does not do. */
  private static String shown(String text) {
    String quoted = Json.texts(List.of(text)).toString();
    return quoted.contains("\\") ? quoted : text;
  }
}
