package io.undercroft.it.bank;

/** Where a bank says what happens in it. <b>Threads:</b> safe for concurrent use. */
interface Reports {
  /**
   * A transfer is committed.
   *
   * @param teller who made it
   * @param number the teller's count of it
   * @param attempts how often it was begun
   * @param nanos how long it took, with all attempts
   */
  void transfer(int teller, long number, int attempts, long nanos);

  /**
   * A snapshot was seen, right or wrong.
   *
   * @param beginNanos how long its transaction took to begin
   * @param nanos how long it took altogether
   */
  void snapshot(long beginNanos, long nanos);

  /** A snapshot was given up: the storage aborted it, as it may. */
  void abandoned(String why);

  /** Something is as it must not be. */
  void wrong(String what);
}
