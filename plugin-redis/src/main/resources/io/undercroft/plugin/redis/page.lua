-- The next keys in their order, without those whose deadline has passed.
--
-- KEYS  1 the set of keys, 2 the set of deadlines.
-- ARGV  1 the lower and 2 the upper bound, 3 how many to look at, 4 the moment.
--
-- Answers {the last key looked at, or '' at the end, the live keys}.

local found = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
local last = ''
if #found == tonumber(ARGV[3]) then
  last = found[#found]
end
if #found == 0 or redis.call('ZCARD', KEYS[2]) == 0 then
  return {last, found}
end
local now = tonumber(ARGV[4])
local deadlines = redis.call('ZMSCORE', KEYS[2], unpack(found))
local live = {}
for i = 1, #found do
  if not deadlines[i] or tonumber(deadlines[i]) > now then
    live[#live + 1] = found[i]
  end
end
return {last, live}
