package io.undercroft.cli;

import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.AuditTrail;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import picocli.CommandLine.Command;

@Command(
    name = "verify",
    description = {
      "Check every record of the trail against the one before, and the end against the anchor if"
          + " there is one.",
      "Prints how many records are right, and the first that is not; its exit status is 1 then."
    })
final class AuditVerifyCommand extends StorageCommand {
  AuditVerifyCommand(Console console) {
    super(console);
  }

  @Override
  int run(Undercroft undercroft) {
    AuditTrail.Verdict verdict = undercroft.tool(storageName, AuditTrail.class).verify();
    JsonObjectBuilder told =
        Json.createObjectBuilder()
            .add("ok", verdict.bad().isEmpty())
            .add("records", verdict.records())
            .add("hash", verdict.hash());
    verdict
        .bad()
        .ifPresent(
            bad -> {
              told.add("place", bad.place()).add("reason", bad.reason());
              console().say("Bad: " + bad.place() + ": " + bad.reason() + ".");
            });
    console().give(told.build().toString());
    return verdict.bad().isEmpty() ? ExitCode.DONE : ExitCode.FALSE;
  }
}
