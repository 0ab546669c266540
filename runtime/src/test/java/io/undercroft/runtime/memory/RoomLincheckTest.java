package io.undercroft.runtime.memory;

import io.undercroft.runtime.memory.Schedules.Call;
import io.undercroft.runtime.memory.Schedules.Spot;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.OptionalLong;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Who is refused for one limit takes and gives back nothing of the other, not even for a moment.
 */
@Tag("lincheck")
class RoomLincheckTest {
  private static final Spot TOO_LARGE_BESIDE_ONE_THAT_FITS =
      new Spot(
          List.of(Call.of("take", 1, 1)),
          List.of(Call.of("take", 1, 9)),
          List.of(Call.of("take", 1, 1)),
          List.of(Call.of("entries")));
  private static final Spot TOO_LARGE_BUT_FEWER_BESIDE_ONE_MORE =
      new Spot(
          List.of(Call.of("take", 2, 2)),
          List.of(Call.of("take", -1, 9)),
          List.of(Call.of("take", 1, 1)),
          List.of(Call.of("entries")));

  @Test
  void theModelCheckerFindsNoRefusalOutOfOrder() {
    new Schedules(Oracle.class)
        .modelCheck(
            Limited.class, TOO_LARGE_BESIDE_ONE_THAT_FITS, TOO_LARGE_BUT_FEWER_BESIDE_ONE_MORE);
  }

  /** Room for two entries and five bytes. */
  @Param(name = "entries", gen = IntGen.class, conf = "-1:1")
  @Param(name = "bytes", gen = IntGen.class, conf = "-3:6")
  public static final class Limited {
    private final Room room = new Room(OptionalLong.of(2), OptionalLong.of(5));

    /** Returns whether there was room. */
    @Operation
    public boolean take(@Param(name = "entries") int entries, @Param(name = "bytes") int bytes) {
      try {
        room.take(entries, bytes);
        return true;
      } catch (StorageException full) {
        return false;
      }
    }

    /** Returns how many entries there are. */
    @Operation
    public long entries() {
      return room.entries();
    }
  }

  /** The same, one operation after the other. */
  public static final class Oracle {
    private int entries;
    private int bytes;

    /** Returns whether there was room. */
    public boolean take(int moreEntries, int moreBytes) {
      if ((moreEntries > 0 && entries + moreEntries > 2)
          || (moreBytes > 0 && bytes + moreBytes > 5)) {
        return false;
      }
      entries += moreEntries;
      bytes += moreBytes;
      return true;
    }

    /** Returns how many entries there are. */
    public long entries() {
      return entries;
    }
  }
}
