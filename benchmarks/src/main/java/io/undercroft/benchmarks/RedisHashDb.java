package io.undercroft.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.ZRangeParams;

/**
 * Records as hashes, written after what YCSB's own binding to Redis does: a hash for each record,
 * and for scans a sorted set of all keys, whose scores are hashes of the keys. So a scan comes in
 * no order of the keys, and costs a call for each record. An update writes one field.
 */
final class RedisHashDb extends RecordDb {
  private static final String INDEX = "_indices";

  private final RedisClient client;

  /** Uses a client, which stays the caller's. */
  RedisHashDb(RedisClient client) {
    this.client = client;
  }

  @Override
  @Nullable Map<String, String> find(String key) {
    Map<String, String> found = client.hgetAll(key);
    return found.isEmpty() ? null : found;
  }

  @Override
  void put(String key, Map<String, String> fields) {
    client.hset(key, fields);
    client.zadd(INDEX, key.hashCode(), key);
  }

  @Override
  boolean change(String key, Map<String, String> fields) {
    client.hset(key, fields);
    return true;
  }

  @Override
  boolean remove(String key) {
    boolean removed = client.del(key) > 0;
    client.zrem(INDEX, key);
    return removed;
  }

  @Override
  List<Map<String, String>> from(String key, int count) {
    List<Map<String, String>> found = new ArrayList<>();
    for (String each :
        client.zrange(
            INDEX,
            ZRangeParams.zrangeByScoreParams(key.hashCode(), Double.POSITIVE_INFINITY)
                .limit(0, count))) {
      Map<String, String> one = find(each);
      if (one != null) {
        found.add(one);
      }
    }
    return found;
  }
}
