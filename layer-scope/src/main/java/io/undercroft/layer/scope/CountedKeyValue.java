package io.undercroft.layer.scope;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.util.List;
import java.util.Optional;

/** {@link KeyValue} that keeps the account. */
record CountedKeyValue(KeyValue below, Account account) implements KeyValue {
  @Override
  public Optional<StoredEntry> get(String key) {
    return below.get(key);
  }

  @Override
  public boolean has(String key) {
    return below.has(key);
  }

  @Override
  public Optional<HeldEntries> held() {
    return below.held();
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    if (entry.expires().isPresent()) {
      account.deadline();
    }
    return account.write(
        List.of(key),
        new Account.Growing<PutResult>() {
          private Amount before = Amount.NOTHING;

          @Override
          public Amount most() {
            before = Amount.of(below.get(key));
            return Amount.of(entry).minus(before);
          }

          @Override
          public PutResult write() {
            return below.put(key, entry, precondition);
          }

          @Override
          public Amount added(PutResult result) {
            return result instanceof PutResult.Written
                ? Amount.of(entry).minus(before)
                : Amount.NOTHING;
          }
        });
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    return account.write(
        List.of(key),
        new Account.Growing<DeleteResult>() {
          private Amount before = Amount.NOTHING;

          @Override
          public Amount most() {
            before = Amount.of(below.get(key));
            return Amount.NOTHING;
          }

          @Override
          public DeleteResult write() {
            return below.delete(key, precondition);
          }

          @Override
          public Amount added(DeleteResult result) {
            return result == DeleteResult.CONFLICT ? Amount.NOTHING : Amount.NOTHING.minus(before);
          }
        });
  }

  @Override
  public void clear() {
    account.clear(below::clear);
  }

  @Override
  public long size() {
    return below.size();
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return below.keys(prefix, pageSize);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return below.scan(prefix, pageSize);
  }
}
