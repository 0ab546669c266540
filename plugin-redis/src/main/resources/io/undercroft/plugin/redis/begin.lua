-- Sees to it that the change log is never empty: its last change is what a watch goes on from.
--
-- KEYS  1 the change log.
-- ARGV  1 a change, 2 the moment.
--
-- Answers the position of the last change.

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if #last > 0 then
  return {last[1][1], last[1][2]}
end
local fields = {'type', 'BEGIN', 'key', '', 'id', ARGV[1], 'time', ARGV[2]}
return {redis.call('XADD', KEYS[1], '*', unpack(fields)), fields}
