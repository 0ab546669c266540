package io.undercroft.layer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.tool.AuditTrail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever somebody does to a trail, it shows. */
class TamperingTest {
  private static final int TAMPERINGS = 1_000;
  private static final int WRITES = 60;
  private static final long SEED = Long.getLong("audit.seed", System.nanoTime());

  private final Random random = new Random(SEED);

  @TempDir Path folder;

  private Path file;
  private Optional<Anchor> anchor;
  private byte[] original;

  @BeforeEach
  void writeATrail() throws IOException {
    file = folder.resolve("audit.jsonl");
    Path mark = folder.resolve("elsewhere/anchor.json");
    try (Audited audited = new Audited(folder, "audit.anchor", mark.toString())) {
      for (int i = 0; i < WRITES; i++) {
        audited.rooms().set("Key " + i % 7, "value " + i);
      }
    }
    anchor = Optional.of(new Anchor(mark));
    original = Files.readAllBytes(file);
    assertThat(verdict(anchor).bad()).isEmpty();
    assertThat(verdict(anchor).records()).isEqualTo(2 * WRITES + 1);
  }

  private AuditTrail.Verdict verdict(Optional<Anchor> with) {
    return new FileRecords(new Segments(file), with).verify();
  }

  private List<String> lines() {
    return new ArrayList<>(new String(original, StandardCharsets.UTF_8).lines().toList());
  }

  private static byte[] bytes(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aThousandRandomTamperingsAreAllFound() throws IOException {
    for (int i = 0; i < TAMPERINGS; i++) {
      int kind = i % 7;
      byte[] tampered = tampered(kind);
      Files.write(file, tampered);

      assertThat(verdict(anchor).bad()).as("seed %s, round %s, kind %s", SEED, i, kind).isPresent();
    }
  }

  private byte[] tampered(int kind) {
    List<String> lines = lines();
    int at = random.nextInt(lines.size());
    switch (kind) {
      case 0 -> { // edit a byte
        byte[] edited = original.clone();
        int place = random.nextInt(edited.length);
        edited[place] ^= (byte) (1 << random.nextInt(8));
        return edited;
      }
      case 1 -> lines.remove(at); // drop
      case 2 -> { // swap
        int other = (at + 1 + random.nextInt(lines.size() - 1)) % lines.size();
        Collections.swap(lines, at, other);
      }
      case 3 -> { // truncate, at a record or within one
        return random.nextBoolean()
            ? bytes(lines.subList(0, at))
            : java.util.Arrays.copyOf(original, random.nextInt(original.length));
      }
      case 4 -> lines.add(lines.get(at)); // append a copy
      case 5 -> { // append a new record that fits the chain
        Line last = last(lines);
        lines.add(
            sealed(
                last.head(),
                text(last)
                    .replace(
                        "\"seq\":" + last.record().sequence(),
                        "\"seq\":" + (last.record().sequence() + 1))));
      }
      default -> rechain(lines, at);
    }
    return bytes(lines);
  }

  /** Changes one record and seals it and all after it anew. */
  private void rechain(List<String> lines, int at) {
    Head head =
        at == 0
            ? Head.NONE
            : Line.of(lines.get(at - 1).getBytes(StandardCharsets.UTF_8)).orElseThrow().head();
    for (int i = at; i < lines.size(); i++) {
      Line line = Line.of(lines.get(i).getBytes(StandardCharsets.UTF_8)).orElseThrow();
      String text =
          i == at ? text(line).replace("\"principal\":\"", "\"principal\":\"not ") : text(line);
      lines.set(i, sealed(head, text));
      head = Line.of(lines.get(i).getBytes(StandardCharsets.UTF_8)).orElseThrow().head();
    }
  }

  private static Line last(List<String> lines) {
    return Line.of(lines.get(lines.size() - 1).getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static String text(Line line) {
    return new String(line.bytes(), 0, line.body(), StandardCharsets.UTF_8);
  }

  private static String sealed(Head before, String text) {
    MessageDigest digest = Scribe.sha256();
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    return text + Scribe.SEAL + Scribe.hash(digest, before.hash(), body, body.length) + "\"}";
  }

  @Test
  void whatIsSealedAnewIsFoundByTheAnchorAlone() throws IOException {
    List<String> lines = lines();
    rechain(lines, 30);
    Files.write(file, bytes(lines));

    assertThat(verdict(Optional.empty()).bad()).isEmpty();
    assertThat(verdict(anchor).bad())
        .hasValueSatisfying(bad -> assertThat(bad.reason()).contains("written anew"));
  }

  @Test
  void theFirstBadRecordIsNamed() throws IOException {
    List<String> lines = lines();
    lines.set(40, lines.get(40).replace("Key", "key"));
    lines.remove(80);
    Files.write(file, bytes(lines));

    assertThat(verdict(anchor).records()).isEqualTo(40);
    assertThat(verdict(anchor).bad())
        .hasValueSatisfying(
            bad -> {
              assertThat(bad.place()).endsWith("audit.jsonl, line 41");
              assertThat(bad.reason()).isEqualTo("record 41 or the one before it was changed");
            });
  }
}
