package io.undercroft.layer.scope;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** {@link Batch} that keeps the account: there is room for all of it, or it is refused whole. */
record CountedBatch(Batch below, Account account) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    return below.getMany(keys);
  }

  @Override
  public void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
    below.getEach(keys, found);
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    if (entries.values().stream().anyMatch(entry -> entry.expires().isPresent())) {
      account.deadline();
    }
    return account.write(
        entries.keySet(),
        new Account.Growing<Map<String, EntryMeta>>() {
          private Amount before = Amount.NOTHING;

          private Amount after() {
            return entries.values().stream().map(Amount::of).reduce(Amount.NOTHING, Amount::plus);
          }

          @Override
          public Amount most() {
            before = there(below.getMany(entries.keySet()));
            return after().minus(before);
          }

          @Override
          public Map<String, EntryMeta> write() {
            return below.putMany(entries);
          }

          @Override
          public Amount added(Map<String, EntryMeta> result) {
            return after().minus(before);
          }
        });
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    Set<String> several = new LinkedHashSet<>(keys);
    return account.write(
        several,
        new Account.Growing<Long>() {
          private Amount before = Amount.NOTHING;

          @Override
          public Amount most() {
            before = there(below.getMany(several));
            return Amount.NOTHING;
          }

          @Override
          public Long write() {
            return below.deleteMany(several);
          }

          @Override
          public Amount added(Long result) {
            return Amount.NOTHING.minus(before);
          }
        });
  }

  private static Amount there(Map<String, StoredEntry> found) {
    return new Amount(
        found.size(), found.values().stream().mapToLong(entry -> entry.value().length).sum());
  }
}
