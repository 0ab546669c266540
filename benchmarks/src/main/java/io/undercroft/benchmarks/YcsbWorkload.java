package io.undercroft.benchmarks;

import java.util.Properties;

/**
 * YCSB's core workloads, in the order in which YCSB wants them run: D adds records, E begins anew.
 */
enum YcsbWorkload {
  A("half reads, half updates", "zipfian", "read=0.5 update=0.5"),
  B("95 % reads, 5 % updates", "zipfian", "read=0.95 update=0.05"),
  C("reads only", "zipfian", "read=1"),
  F("half reads, half read-modify-writes", "zipfian", "read=0.5 readmodifywrite=0.5"),
  D("95 % reads of the latest, 5 % inserts", "latest", "read=0.95 insert=0.05"),
  E("95 % scans of 1 to 100 records, 5 % inserts", "zipfian", "scan=0.95 insert=0.05");

  private final String what;
  private final String distribution;
  private final String proportions;

  YcsbWorkload(String what, String distribution, String proportions) {
    this.what = what;
    this.distribution = distribution;
    this.proportions = proportions;
  }

  /** Returns what it consists of. */
  String what() {
    return what;
  }

  /** Returns whether it asks for records from a key on. */
  boolean scans() {
    return proportions.contains("scan=");
  }

  /** Returns YCSB's properties of it, for a place with this many records. */
  Properties properties(long records, long operations) {
    Properties properties = new Properties();
    properties.setProperty("recordcount", String.valueOf(records));
    properties.setProperty("operationcount", String.valueOf(operations));
    properties.setProperty("fieldcount", String.valueOf(YcsbRecord.FIELDS));
    properties.setProperty("fieldlength", "100");
    properties.setProperty("requestdistribution", distribution);
    properties.setProperty("maxscanlength", "100");
    properties.setProperty("scanlengthdistribution", "uniform");
    for (String each : new String[] {"read", "update", "insert", "scan", "readmodifywrite"}) {
      properties.setProperty(each + "proportion", "0");
    }
    for (String each : proportions.split(" ", -1)) {
      properties.setProperty(
          each.substring(0, each.indexOf('=')) + "proportion",
          each.substring(each.indexOf('=') + 1));
    }
    return properties;
  }
}
