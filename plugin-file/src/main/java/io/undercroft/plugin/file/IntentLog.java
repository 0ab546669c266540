package io.undercroft.plugin.file;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a commit is about to do, in a file: which temporary file goes where, and which file goes
 * away. Once the intent is on the disk, whole, the commit is decided; a start finds it and does
 * what is left to do.
 *
 * <p>The first line is the SHA-256 of the rest: half an intent is none. Doing an intent again, even
 * much later, does no harm: its temporary files are gone, and it removes a file only in the state
 * in which the commit had found it.
 */
final class IntentLog {
  private static final Logger LOG = System.getLogger(IntentLog.class.getPackageName());
  private static final String START = ".undercroft-";
  private static final String END = ".commit";

  private final DurableFiles files;
  private final JsonProvider json;
  private final Subfolders subfolders;
  private final Path root;

  IntentLog(DurableFiles files, JsonProvider json, Subfolders subfolders) {
    this.files = files;
    this.json = json;
    this.subfolders = subfolders;
    this.root = subfolders.root();
  }

  /** Returns whether a name is that of an intent. */
  static boolean isIntent(String fileName) {
    return fileName.startsWith(START) && fileName.endsWith(END);
  }

  private record Move(String draft, String target) {}

  private record Removal(String file, long modified, long size) {}

  private record Intent(List<Move> moves, List<Removal> removals) {}

  /**
   * Writes down drafted writes. When this returns, they are decided.
   *
   * @throws IOException if they may be decided or not
   */
  void decide(Path intent, List<Write> writes) throws IOException {
    files.createDurably(intent, text(writes));
    files.forceDirectory(root);
  }

  /** Returns a name for a new intent. */
  Path fresh() {
    return files.unused(root, END);
  }

  private byte[] text(List<Write> writes) {
    JsonArrayBuilder moves = json.createArrayBuilder();
    JsonArrayBuilder removals = json.createArrayBuilder();
    for (Write write : writes) {
      ValueFile before = write.before().file();
      Write.Put put = write.put();
      DurableFiles.Draft draft = write.draft();
      if (put != null && draft != null) {
        moves.add(
            json.createObjectBuilder()
                .add("draft", subfolders.name(draft.path()))
                .add("file", subfolders.name(put.file().path())));
      }
      if (before != null && (put == null || !before.path().equals(put.file().path()))) {
        JsonObjectBuilder removal =
            json.createObjectBuilder()
                .add("file", subfolders.name(before.path()))
                .add("modified", before.modified())
                .add("size", before.size());
        removals.add(removal);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    json.createWriter(out)
        .write(json.createObjectBuilder().add("move", moves).add("remove", removals).build());
    byte[] body = out.toByteArray();
    byte[] head = (digest(body) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] text = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, text, head.length, body.length);
    return text;
  }

  private static String digest(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Does what is left to do of an intent that a process left behind, and removes it; one that is
   * not whole is only removed.
   */
  void replay(Path intent) throws IOException {
    Intent decided = parse(intent);
    if (decided == null) {
      LOG.log(Level.INFO, "''{0}'' is a commit that was never decided; it is discarded", intent);
    } else {
      Set<Path> touched = new LinkedHashSet<>();
      for (Move move : decided.moves()) {
        Path draft = root.resolve(move.draft());
        touched.add(DurableFiles.parent(draft));
        if (FolderFiles.look(draft, ContentTypes.BINARY) != null) {
          DurableFiles.publish(draft, root.resolve(move.target()));
        }
      }
      for (Removal removal : decided.removals()) {
        Path path = root.resolve(removal.file());
        touched.add(DurableFiles.parent(path));
        ValueFile file = FolderFiles.look(path, ContentTypes.BINARY);
        if (file != null
            && file.modified() == removal.modified()
            && file.size() == removal.size()) {
          DurableFiles.remove(file.path());
        }
      }
      for (Path directory : touched) {
        files.forceDirectory(directory);
      }
      LOG.log(Level.INFO, "''{0}'' is a commit that was decided; it is now in place", intent);
    }
    DurableFiles.remove(intent);
  }

  private @Nullable Intent parse(Path intent) throws IOException {
    byte[] text = FolderFiles.read(intent, 4_095);
    int line = 0;
    while (line < text.length && text[line] != '\n') {
      line++;
    }
    byte[] body = Arrays.copyOfRange(text, Math.min(text.length, line + 1), text.length);
    if (!digest(body).equals(new String(text, 0, line, StandardCharsets.US_ASCII))) {
      return null;
    }
    try {
      return parse(intent, body);
    } catch (RuntimeException e) { // whatever a JSON reader may throw
      throw new IOException("'" + intent + "' is whole, but not an intent of ours", e);
    }
  }

  private Intent parse(Path intent, byte[] body) throws IOException {
    JsonObject object =
        json.createReader(new StringReader(new String(body, StandardCharsets.UTF_8))).readObject();
    List<Move> moves = new ArrayList<>();
    List<Removal> removals = new ArrayList<>();
    for (JsonValue value : object.getJsonArray("move")) {
      JsonObject move = value.asJsonObject();
      String draft = move.getString("draft");
      String name = String.valueOf(root.resolve(draft).getFileName());
      if (!DurableFiles.isTemporary(name) || !isOurs(draft)) {
        throw new IOException("'" + intent + "' names a draft that is none: '" + draft + "'");
      }
      moves.add(new Move(draft, valueName(move.getString("file"))));
    }
    for (JsonValue value : object.getJsonArray("remove")) {
      JsonObject removal = value.asJsonObject();
      removals.add(
          new Removal(
              valueName(removal.getString("file")),
              removal.getJsonNumber("modified").longValueExact(),
              removal.getJsonNumber("size").longValueExact()));
    }
    return new Intent(moves, removals);
  }

  /** An intent speaks of files in the folder only, whoever wrote it. */
  private String valueName(String name) throws IOException {
    String last = String.valueOf(root.resolve(name).getFileName());
    Optional<ContentTypes.Type> type = ContentTypes.ofFile(last);
    if (type.isEmpty() || !isOurs(name) || !isInPlace(name, last, type.get())) {
      throw new IOException("'" + name + "' is not the name of a value");
    }
    return name;
  }

  private boolean isOurs(String name) {
    Path path = root.resolve(name);
    return subfolders.all().contains(path.getParent()) && path.equals(path.normalize());
  }

  private boolean isInPlace(String name, String last, ContentTypes.Type type) {
    String stem = last.substring(0, last.length() - type.extension().length());
    return subfolders.of(stem).equals(root.resolve(name).getParent());
  }
}
