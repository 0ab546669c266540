package io.undercroft.runtime.cdi;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.Undercroft;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be told only by opening storages: that those which are required can be opened, and that
 * those which are asked for more than every storage offers do offer it.
 *
 * <p>Runs twice: at deployment, for the storages that need no beans; and when the application
 * starts, for all of them, which opens nothing that is open already.
 *
 * @param required the storages without which the application does not start
 * @param requirements what the injection points ask for
 */
record Checks(Set<String> required, List<Requirement> requirements) {
  private static final Logger LOG = LoggerFactory.getLogger(Checks.class);

  Checks {
    required = Set.copyOf(required);
    requirements = List.copyOf(requirements);
  }

  /**
   * Opens those of the storages that the question lets through, and adds what is missing.
   *
   * @return the names of those that are open now
   */
  Set<String> run(Undercroft undercroft, Predicate<String> which, Problems problems) {
    Set<String> names = new TreeSet<>(required);
    requirements.stream()
        .filter(Requirement::isMoreThanAnyStorageOffers)
        .map(Requirement::storage)
        .forEach(names::add);
    Set<String> open = new TreeSet<>();
    for (String name : names) {
      Optional<StorageInfo> info =
          which.test(name) ? open(undercroft, name, problems) : Optional.empty();
      if (info.isPresent()) {
        open.add(name);
        requirements.stream()
            .filter(requirement -> requirement.storage().equals(name))
            .forEach(requirement -> requirement.check(info.get(), problems));
      }
    }
    return open;
  }

  private Optional<StorageInfo> open(Undercroft undercroft, String name, Problems problems) {
    try {
      return Optional.of(undercroft.info(name));
    } catch (StorageException e) {
      if (required.contains(name) || e.code() == ErrorCode.INVALID_CONFIG) {
        problems.add(e);
      } else {
        LOG.warn(
            "storage '{}' cannot be opened now; what the application asks of it shows when it can",
            name,
            e);
      }
      return Optional.empty();
    }
  }
}
