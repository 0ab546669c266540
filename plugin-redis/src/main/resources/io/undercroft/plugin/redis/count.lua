-- How many entries lie in ranges of an index.
--
-- KEYS  1 the sorted set, 2 the set of deadlines, 3 the definitions.
-- ARGV  1 the epoch, 2 the moment, then for each range its lower and its upper bound.
--
-- Answers {-2} if the definitions are others; or {0, how many, how many are odd to the index, how
-- many of all entries have expired and not been removed yet}.

if redis.call('GETRANGE', KEYS[3], 0, 15) ~= ARGV[1] then
  return {-2}
end
local count = 0
for a = 3, #ARGV, 2 do
  count = count + redis.call('ZLEXCOUNT', KEYS[1], ARGV[a], ARGV[a + 1])
end
return {0, count, redis.call('ZLEXCOUNT', KEYS[1], '[\255', '+'),
  redis.call('ZCOUNT', KEYS[2], '-inf', ARGV[2])}
