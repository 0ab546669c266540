-- The number of live entries.
--
-- KEYS  1 the set of keys, 2 the set of deadlines.
-- ARGV  1 the moment.

return redis.call('ZCARD', KEYS[1]) - redis.call('ZCOUNT', KEYS[2], '-inf', ARGV[1])
