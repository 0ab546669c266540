package io.undercroft.it.durability;

import io.undercroft.it.Shell;
import jakarta.json.JsonObject;
import java.util.List;

/**
 * Writes one thing after the other, waits for each answer, and notes in the ledger what it means:
 * done, not done, or unknown.
 */
final class Writes {
  /** What {@link #set} and the others return for an acknowledged write. */
  static final String OK = "OK";

  private static final String UNKNOWN = "UNKNOWN_OUTCOME";

  private final Shell shell;
  private final Ledger ledger;

  Writes(Shell shell, Ledger ledger) {
    this.shell = shell;
    this.ledger = ledger;
  }

  /** Sets a key to a new value with a text of this length; returns OK or the error's code. */
  String set(String key, int length) {
    Ledger.Write write = ledger.sending(List.of(key), length);
    return noted(write, shell.ask(Line.set(key, ledger.value(write.number()))));
  }

  /** Sets several keys to one new value, all or none. */
  String batch(List<String> keys, int length) {
    Ledger.Write write = ledger.sending(keys, length);
    return noted(write, shell.ask(Line.batch(keys, ledger.value(write.number()))));
  }

  String delete(String key) {
    return noted(ledger.sending(true, List.of(key)), shell.ask(Line.delete(key)));
  }

  private String noted(Ledger.Write write, JsonObject answer) {
    if (answer.getBoolean("ok")) {
      ledger.acknowledged(write);
      return OK;
    }
    String code = answer.getString("code");
    if (!code.equals(UNKNOWN)) {
      ledger.refused(write);
    }
    return code;
  }
}
