package io.undercroft.runtime.cdi;

import jakarta.enterprise.lang.model.declarations.ClassInfo;
import java.util.Objects;
import java.util.Optional;

/** What one injection point asks for. */
sealed interface Demand {
  /**
   * Returns where it stands, as a reader of the source would say it: {@code com.acme.Shop.rooms}.
   */
  String place();

  /**
   * One of our own interfaces.
   *
   * @param storage the storage's name
   * @param handle the interface
   * @param valueType the name of the type of values; empty if a type variable leaves it open
   */
  record Ours(String storage, Handle handle, Optional<String> valueType, String place)
      implements Demand {
    public Ours {
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(handle, "handle");
      Objects.requireNonNull(valueType, "valueType");
      Objects.requireNonNull(place, "place");
    }
  }

  /**
   * An observer of a storage's events.
   *
   * @param storage the storage's name; empty for every storage
   * @param valueType the name of the type of values; Object for any
   * @param owner the class of the observer method
   * @param method the observer method
   */
  record Observed(
      Optional<String> storage, String valueType, String owner, String method, String place)
      implements Demand {
    public Observed {
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(valueType, "valueType");
      Objects.requireNonNull(owner, "owner");
      Objects.requireNonNull(method, "method");
      Objects.requireNonNull(place, "place");
    }
  }

  /**
   * An interface of the user's own.
   *
   * @param storage the name that the injection point says, else the interface, else the default
   * @param isItsOwn whether that is the name without which the interface is asked for
   * @param type the interface
   */
  record Typed(String storage, boolean isItsOwn, ClassInfo type, String place) implements Demand {
    public Typed {
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(place, "place");
    }
  }
}
