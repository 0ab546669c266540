-- Changes what indexes there are, if nobody else has since the caller looked.
--
-- KEYS  1 the definitions, 2 the sorted set to remove, 3 what stands beside the entries.
-- ARGV  1 the epoch that the caller knows, 2 the new definitions,
--       3 what to remove: n nothing, i the sorted set, a also what stands beside the entries.
--
-- Answers 1, or 0 if somebody has.

if redis.call('GETRANGE', KEYS[1], 0, 15) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
if ARGV[3] ~= 'n' then
  redis.call('UNLINK', KEYS[2])
end
if ARGV[3] == 'a' then
  redis.call('UNLINK', KEYS[3])
end
return 1
