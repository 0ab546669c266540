package io.undercroft.runtime.config;

import io.undercroft.storage.StorageName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds out what environment variables mean: {@code _} may stand for a dot, a dash or itself, so it
 * depends on the names that are known. The rules are {@link Configuration}'s.
 */
final class Variables {
  private static final String MANY = "STORAGES_";
  private static final String ONE = "STORAGE_";
  private static final String TYPE = "_TYPE";

  private final Lookup lookup;
  private final Set<String> expected;
  private final Vocabulary vocabulary;
  private final Given given;
  private final Problems problems;

  /**
   * Prepares.
   *
   * @param expected names of storages that the application asks for
   * @param given what is set under its own name; what variables set is added
   */
  Variables(
      Lookup lookup,
      Collection<String> expected,
      Vocabulary vocabulary,
      Given given,
      Problems problems) {
    this.lookup = lookup;
    this.expected = new TreeSet<>(expected);
    this.vocabulary = vocabulary;
    this.given = given;
    this.problems = problems;
  }

  /** Sorts every variable; what belongs nowhere is a problem or a note. */
  void sort() {
    List<String> many = new ArrayList<>();
    List<String> one = new ArrayList<>();
    for (String variable : lookup.variables()) {
      (upper(variable).startsWith(MANY) ? many : one).add(variable);
    }
    many.sort(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
    many.stream().filter(name -> upper(name).endsWith(TYPE)).forEach(this::defineBy);
    List<String> homeless = new ArrayList<>();
    for (String variable : many) {
      if (!sortToNamed(variable)) {
        homeless.add(variable);
      }
    }
    homeless(homeless);
    one.forEach(this::sortToDefault);
  }

  private static String upper(String variable) {
    return variable.toUpperCase(Locale.ROOT);
  }

  /** Lets {@code STORAGES_X_TYPE} define a storage, if it is neither known nor something else. */
  private void defineBy(String variable) {
    int end = variable.length() - TYPE.length();
    if (end <= MANY.length()) {
      return;
    }
    String name = upper(variable).substring(MANY.length(), end);
    if (given.names().stream().anyMatch(known -> PropertyName.variable(known).equals(name))
        || !ownMatches(variable).isEmpty()) {
      return;
    }
    String written = variable.substring(MANY.length(), end);
    String storage =
        expected.stream()
            .filter(wanted -> PropertyName.variable(wanted).equals(name))
            .findFirst()
            .orElseGet(
                () ->
                    (written.equals(name) ? written.toLowerCase(Locale.ROOT) : written)
                        .replace('_', '-'));
    if (storage.equals(StorageName.DEFAULT)) {
      problems.add(
          "environment "
              + variable
              + ": the default storage is configured without a name; write"
              + " STORAGE_TYPE");
      given.of(StorageName.DEFAULT);
      return;
    }
    if (!PropertyName.isStorageName(storage)) {
      problems.add(
          "environment " + variable + ": " + Mask.quoted(storage) + " is no name for a storage");
      return;
    }
    given
        .find(storage, CommonOptions.TYPE.name())
        .ifPresent(found -> given.give(storage, CommonOptions.TYPE.name(), found));
  }

  /** A storage and one of its options. */
  private record Match(String storage, String option) {}

  /** Returns the options of known storages that are written as this variable. */
  private List<Match> ownMatches(String variable) {
    List<Match> matches = new ArrayList<>();
    for (String storage : owners(variable)) {
      options(storage).stream()
          .filter(option -> isWritten(storage, option, variable))
          .forEach(option -> matches.add(new Match(storage, option)));
    }
    return matches;
  }

  private SortedSet<String> options(String storage) {
    return vocabulary
        .pluginOf(storage, lookup)
        .map(vocabulary::options)
        .orElseGet(vocabulary::allOptions);
  }

  private static boolean isWritten(String storage, String option, String variable) {
    return PropertyName.variable(PropertyName.prefix(storage) + option).equals(upper(variable));
  }

  /** Returns the storages that a variable may belong to, the longest name first. */
  private List<String> owners(String variable) {
    return given.names().stream()
        .filter(
            name ->
                !name.equals(StorageName.DEFAULT)
                    && upper(variable).startsWith(PropertyName.variable(PropertyName.prefix(name))))
        .sorted(Comparator.comparing(String::length).reversed())
        .toList();
  }

  private boolean sortToNamed(String variable) {
    List<Match> matches = ownMatches(variable);
    Set<String> claimants = new TreeSet<>();
    matches.forEach(match -> claimants.add(match.storage()));
    if (claimants.size() > 1) {
      problems.add(
          "environment "
              + variable
              + ": may mean "
              + String.join(
                  " or ",
                  matches.stream()
                      .map(match -> PropertyName.prefix(match.storage()) + match.option())
                      .toList())
              + "; set it in a file instead");
      return true;
    }
    for (Match match : matches) {
      given
          .find(match.storage(), match.option())
          .ifPresent(found -> given.give(match.storage(), match.option(), found));
    }
    if (!matches.isEmpty()) {
      return true;
    }
    List<String> owners = owners(variable);
    if (owners.isEmpty()) {
      return false;
    }
    String storage = owners.get(0);
    String tail =
        upper(variable).substring(PropertyName.variable(PropertyName.prefix(storage)).length());
    giveUnknown(storage, tail, variable);
    return true;
  }

  /** Gives a storage a setting that it does not understand, so that it is reported. */
  private void giveUnknown(String storage, String tail, String variable) {
    String option =
        vocabulary.allOptions().stream()
            .filter(known -> PropertyName.variable(known).equals(tail))
            .findFirst()
            .orElseGet(() -> dashed(tail));
    given.give(
        storage,
        option,
        new Found(
            PropertyName.prefix(storage) + option,
            "set",
            "environment " + variable,
            0,
            Optional.empty()));
  }

  private static String dashed(String tail) {
    return tail.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void homeless(List<String> variables) {
    Set<String> reported = new TreeSet<>();
    for (String variable : variables) {
      int last = variable.lastIndexOf('_');
      String start = upper(variable).substring(0, last + 1);
      String end = upper(variable).substring(last + 1);
      if (start.length() > MANY.length()
          && NearMiss.of(end, List.of("TYPE")).isPresent()
          && !end.equals("TYPE")) {
        reported.add(start);
        problems.add(
            "environment "
                + variable
                + ": belongs to no storage; did you mean '"
                + start
                + "TYPE'?");
      }
    }
    for (String variable : variables) {
      if (reported.stream().noneMatch(upper(variable)::startsWith)
          && !upper(variable).startsWith("STORAGES_DEFAULT_")
          && lookup.problems().isEmpty()) {
        problems.add(
            "environment "
                + variable
                + ": belongs to no storage; a variable STORAGES_NAME_TYPE configures one");
      }
    }
  }

  private void sortToDefault(String variable) {
    String tail = upper(variable).substring(ONE.length());
    SortedSet<String> options = options(StorageName.DEFAULT);
    SortedSet<String> plugins = Vocabulary.names(CommonOptions.ALL_PLUGINS);
    if (plugins.stream().anyMatch(option -> PropertyName.variable(option).equals(tail))) {
      return; // found by its name
    }
    boolean inUse = given.names().contains(StorageName.DEFAULT) || given.names().isEmpty();
    List<String> matches =
        options.stream().filter(option -> PropertyName.variable(option).equals(tail)).toList();
    if (inUse && !matches.isEmpty()) {
      matches.forEach(
          option ->
              given
                  .find(StorageName.DEFAULT, option)
                  .ifPresent(found -> given.give(StorageName.DEFAULT, option, found)));
      return;
    }
    SortedSet<String> near = new TreeSet<>(options);
    near.addAll(plugins);
    Optional<String> meant = NearMiss.of(dashed(tail), near);
    if (tail.equals("PLUGINS")
        || tail.startsWith("PLUGINS_")
        || meant.filter(option -> plugins.contains(option)).isPresent()) {
      given.givePlugins(
          dashed(tail).replaceFirst("^plugins-", "plugins."),
          new Found(variable, "set", "environment " + variable, 0, Optional.empty()));
    } else if (inUse && meant.isPresent()) {
      giveUnknown(StorageName.DEFAULT, tail, variable);
    } else {
      given.note(
          "environment "
              + variable
              + " is no setting of Undercroft and was left alone; "
              + ONE
              + "* configures the default storage");
    }
  }
}
