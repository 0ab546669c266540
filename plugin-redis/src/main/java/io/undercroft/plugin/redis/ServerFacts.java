package io.undercroft.plugin.redis;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/** What the server tells about itself: version, role, and how durable its writes are. */
final class ServerFacts {
  private static final int LEAST_MAJOR = 6;
  private static final int LEAST_MINOR = 2;

  private final Link server;
  private final Servers servers;

  ServerFacts(Link server, Servers servers) {
    this.server = server;
    this.servers = servers;
  }

  /**
   * Refuses a server that lacks what the plugin needs.
   *
   * @throws StorageException UNSUPPORTED, or CONNECTION_FAILED for a replica
   */
  void refuseWhatDoesNotFit() {
    Map<String, String> info = server.read(ServerFacts::info);
    if (info.isEmpty()) {
      return; // the user may not ask; what is lacking will be said when it is needed
    }
    String version = info.getOrDefault("redis_version", "0");
    String[] parts = version.split("\\.", -1);
    int major = number(parts[0]);
    int minor = parts.length > 1 ? number(parts[1]) : 0;
    if (major < LEAST_MAJOR || (major == LEAST_MAJOR && minor < LEAST_MINOR)) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the server '"
              + server.settings().address()
              + "' is Redis "
              + version
              + ", which lacks ZMSCORE; use Redis 6.2 or newer, or Valkey");
    }
    if (!server.settings().cluster() && info.getOrDefault("cluster_enabled", "0").equals("1")) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the server '"
              + server.settings().address()
              + "' is a node of a cluster; set cluster=true");
    }
    if (info.getOrDefault("role", "master").equals("slave")) {
      throw StorageException.of(
          ErrorCode.CONNECTION_FAILED,
          "the server '"
              + server.settings().address()
              + "' is a replica, which takes no writes; name the primary");
    }
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
  }

  /** Returns the facts for the storage's info; without the server those that need none. */
  Map<String, String> details() {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("server", server.settings().address());
    details.put("pool", servers.figures());
    try {
      Map<String, String> info = server.read(ServerFacts::info);
      Map<String, String> config = server.read(ServerFacts::config);
      details.put("serverVersion", version(info));
      details.put("durability", durability(config));
      boolean onDisk = server.settings().confirm() == Confirm.DISK;
      details.put(
          "failOver",
          "at ONE, and without a level, acknowledged writes that no replica has yet are lost, and"
              + " those that a former primary still takes; at QUORUM those that the new primary has"
              + " not; at ALL every replica has them "
              + (onDisk ? "on its disk" : "in memory"));
      details.put(
          "levels",
          onDisk
              ? "an acknowledged write is on disk: at ONE the primary's, at QUORUM those of a"
                  + " majority, at ALL those of all; without a level as durability says"
              : "an acknowledged write is in memory: at ONE the primary's, at QUORUM that of a"
                  + " majority, at ALL that of all; on disk as durability says (confirm=memory)");
      if (server.settings().reads() == Reads.REPLICA) {
        details.put(
            "reads", "at ONE entries come from replicas, and may be seconds old; else the primary");
      }
      details.put("eviction", eviction(config));
    } catch (StorageException e) {
      details.put("serverVersion", "unknown: " + e.code());
    }
    return details;
  }

  private static String version(Map<String, String> info) {
    String valkey = info.get("valkey_version");
    return valkey != null
        ? "Valkey " + valkey
        : "Redis " + info.getOrDefault("redis_version", "unknown");
  }

  private static String durability(Map<String, String> config) {
    if (config.isEmpty()) {
      return "unknown: the user may not ask the server (CONFIG GET)";
    }
    if (config.getOrDefault("appendonly", "no").equals("no")) {
      return config.getOrDefault("save", "").isEmpty()
          ? "none: appendonly no, no snapshots; a stop or crash of the server loses everything"
          : "snapshots (save "
              + config.get("save")
              + "): a crash of the server loses what was written since the last one";
    }
    return switch (config.getOrDefault("appendfsync", "")) {
      case "always" ->
          "always: appendonly yes, appendfsync always; an acknowledged write is on disk";
      case "no" ->
          "appendonly yes, appendfsync no: a power cut loses what the system had not yet written";
      default ->
          "everysec: appendonly yes, appendfsync everysec; a power cut loses up to two seconds";
    };
  }

  private static String eviction(Map<String, String> config) {
    String policy = config.getOrDefault("maxmemory-policy", "unknown");
    return policy.equals("noeviction") || policy.equals("unknown")
        ? policy
        : policy
            + ": the server may drop entries by itself when its memory is full; set noeviction";
  }

  private static Map<String, String> info(Connection connection) {
    connection.sendCommand(Command.INFO);
    byte[] text;
    try {
      text = connection.getBinaryBulkReply();
    } catch (JedisAccessControlException e) {
      return Map.of();
    }
    return lines(text);
  }

  /** Takes the answer of INFO apart. */
  static Map<String, String> lines(byte[] text) {
    Map<String, String> info = new HashMap<>();
    for (String line : Names.text(text).lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        info.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return info;
  }

  private static Map<String, String> config(Connection connection) {
    Map<String, String> config = new HashMap<>();
    for (String name : List.of("appendonly", "appendfsync", "save", "maxmemory-policy")) {
      connection.sendCommand(Command.CONFIG, Names.bytes("GET"), Names.bytes(name));
      try {
        pairs(connection.getOne(), config);
      } catch (JedisDataException e) {
        return Map.of(); // it is forbidden, or has another name here
      }
    }
    return config;
  }

  /** Takes a map as either protocol answers it: pairs, or a flat list. */
  private static void pairs(Object answer, Map<String, String> into) {
    List<String> flat = new ArrayList<>();
    if (answer instanceof List<?> parts) {
      for (Object part : parts) {
        if (part instanceof byte[] text) {
          flat.add(Names.text(text));
        } else if (part instanceof Map.Entry<?, ?> pair
            && pair.getKey() instanceof byte[] name
            && pair.getValue() instanceof byte[] text) {
          flat.add(Names.text(name));
          flat.add(Names.text(text));
        }
      }
    }
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      into.put(flat.get(i), flat.get(i + 1));
    }
  }
}
