package io.undercroft.runtime.codec;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonParser.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes SERIALIZATION_FAILED out of whatever went wrong, without a word of content.
 *
 * <p>Our own refusals say what is wrong and where. What JSON-B and a user's classes throw may quote
 * the value ("For input string: …"), so of theirs only class names, stack traces, and sentences
 * that are known to speak of types alone get through.
 */
final class Failures {
  /** Yasson's sentences about a property that belongs to a class. */
  private static final Pattern PROPERTY =
      Pattern.compile(
          "Unable to (?:de)?serialize property '([^']+)' (?:because|from) .*", Pattern.DOTALL);

  /** Yasson's sentences that hold names of types and of their parts only. */
  private static final Pattern ABOUT_TYPES =
      Pattern.compile(
          "Cannot create instance of a (?:class|record): [^,]+, (?:No default constructor found"
              + "|Multiple constructors found)\\."
              + "|Cannot infer a type for unmarshalling into: \\S+"
              + "|Error deserialize JSON value into type: (?:class \\S+|\\w+)\\."
              + "|JsonbCreator parameter \\S+ is missing in json document\\."
              + "|Recursive reference has been found in class (?:class )?\\S+\\."
              + "|Error getting value on: [\\w.$]+"
              + "|Incorrect position for processing type: .* Allowed: \\[[A-Z_, ]*]"
              + "|Could not extract data\\. Received event: [A-Z_]+"
              + "|Error accessing (?:getter|setter|field) '\\w+' declared in '.*'"
              + "|class \\S+ cannot (?:be cast to|access a member of) class \\S+.*");

  private static final int DEEPEST_CAUSE = 16;

  private Failures() {}

  /** Returns whether JSON-B did not know what a type variable stands for. */
  static boolean isAboutTypeVariable(RuntimeException thrown) {
    String message = thrown.getMessage();
    return message != null && message.startsWith("Error resolving runtime type for type: ");
  }

  /** Returns the failure to write a value. */
  static StorageException writing(
      String type, String contentType, @Nullable Unwritable refusal, Throwable thrown) {
    String what = "cannot write " + type + " as " + contentType + ": ";
    if (refusal != null) {
      return failed(what + refusal.getMessage() + path(thrown), refusal);
    }
    return failed(what + reason(thrown) + path(thrown), Redacted.of(thrown));
  }

  /** Returns the failure to read a value. */
  static StorageException reading(
      String type, String contentType, DocumentParser parser, Throwable thrown) {
    String what = "cannot read " + type + " from " + contentType + ": ";
    Refusal refusal = parser.refusal();
    if (refusal != null) {
      return at(
          refusal.place(),
          failed(what + refusal.getMessage() + path(thrown) + ", at " + refusal.place(), refusal));
    }
    Place place = parser.place(parser.eventStart());
    return at(
        place,
        failed(
            what + reason(thrown) + path(thrown) + ", near " + place + at(parser.lastEvent()),
            Redacted.of(thrown)));
  }

  private static String at(@Nullable Event event) {
    if (event == null) {
      return "";
    }
    return switch (event) {
      case START_OBJECT -> ", where an object begins";
      case START_ARRAY -> ", where an array begins";
      case END_OBJECT -> ", where an object ends";
      case END_ARRAY -> ", where an array ends";
      case KEY_NAME -> ", where a name is";
      case VALUE_STRING -> ", where a string is";
      case VALUE_NUMBER -> ", where a number is";
      case VALUE_TRUE, VALUE_FALSE -> ", where a boolean is";
      case VALUE_NULL -> ", where null is";
    };
  }

  /** Returns the failure to read a value before its document was looked at. */
  static StorageException reading(String type, String contentType, String reason) {
    return StorageException.of(ErrorCode.SERIALIZATION_FAILED, read(type, contentType, reason));
  }

  /** Returns the same with a cause, whose message is safe to show. */
  static StorageException reading(String type, String contentType, String reason, Throwable cause) {
    return failed(read(type, contentType, reason), cause);
  }

  private static String read(String type, String contentType, String reason) {
    return "cannot read " + type + " from " + StorageException.quote(contentType) + ": " + reason;
  }

  /** Returns the failure to parse JSON that belongs to no type. */
  static StorageException parsing(Refusal refusal) {
    return at(
        refusal.place(),
        failed(
            "this is not one JSON document: " + refusal.getMessage() + ", at " + refusal.place(),
            refusal));
  }

  /** Returns the failure to write JSON that belongs to no type. */
  static StorageException printing(Unwritable refusal) {
    return failed("this cannot be written as JSON: " + refusal.getMessage(), refusal);
  }

  private static StorageException failed(String message, Throwable cause) {
    return StorageException.of(ErrorCode.SERIALIZATION_FAILED, message, cause);
  }

  private static StorageException at(Place place, StorageException failure) {
    StorageException located = failure.with("offset", Long.toString(place.offset()));
    return place.line() < 0
        ? located
        : located
            .with("line", Long.toString(place.line()))
            .with("column", Long.toString(place.column()));
  }

  /** Returns the innermost sentence that may be shown, or else what was thrown innermost. */
  private static String reason(Throwable thrown) {
    String said = "";
    Throwable innermost = thrown;
    int depth = 0;
    for (Throwable at = thrown; at != null && depth < DEEPEST_CAUSE; at = at.getCause(), depth++) {
      String message = at.getMessage();
      if (message != null && ABOUT_TYPES.matcher(message).matches()) {
        said = message;
      }
      innermost = at;
    }
    String name = innermost.getClass().getName();
    if (said.isEmpty()) {
      return name + " was thrown";
    }
    String sentence = said.endsWith(".") ? said.substring(0, said.length() - 1) : said;
    return sentence + (innermost.getCause() == null && isJsonb(name) ? "" : " (" + name + ")");
  }

  private static boolean isJsonb(String className) {
    return className.startsWith("jakarta.json.");
  }

  /** Returns the path of properties of classes, as Yasson names them from the outside in. */
  private static String path(Throwable thrown) {
    List<String> names = new ArrayList<>();
    int depth = 0;
    for (Throwable at = thrown; at != null && depth < DEEPEST_CAUSE; at = at.getCause(), depth++) {
      String message = at.getMessage();
      if (message != null) {
        Matcher matcher = PROPERTY.matcher(message);
        if (matcher.matches()) {
          names.add(matcher.group(1));
        }
      }
    }
    return names.isEmpty() ? "" : ", in property '" + String.join(".", names) + "'";
  }

  /** What was thrown, without its messages: its classes and stack traces hold no content. */
  static final class Redacted extends Exception {
    private static final long serialVersionUID = 1L;

    private Redacted(Throwable thrown, int depth) {
      super(
          thrown.getClass().getName() + " (its message is left out, it may hold content)",
          thrown.getCause() == null || depth == DEEPEST_CAUSE
              ? null
              : new Redacted(thrown.getCause(), depth + 1));
      setStackTrace(thrown.getStackTrace());
    }

    static Throwable of(Throwable thrown) {
      return new Redacted(thrown, 0);
    }
  }
}
