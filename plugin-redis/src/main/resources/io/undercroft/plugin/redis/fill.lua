-- Gives entries that were there before an index was created their places.
--
-- KEYS  1 the set of deadlines, 2 the definitions, 3 what stands beside the entries, 4 and on the
--       sorted sets of the indexes, then the entry of each.
-- ARGV  1 the moment, 2 the epoch, 3 the numbers of the indexes, then for each entry
--         <key> <version> <places>
--
-- Answers {-2} if the definitions are others, {-3, number of a unique index, key, key of who has
-- the place} if there is one, or {0}.

if outdated(KEYS[2], ARGV[2]) then
  return {-2}
end
local all, count = known(ARGV[3], 3)
local now = tonumber(ARGV[1])
local k = 3 + count
for a = 4, #ARGV, 3 do
  k = k + 1
  local line = redis.call('GET', KEYS[k])
  -- One that was written since has its places.
  if line and string.match(line, '^(%S+)') == ARGV[a + 1] then
    local number, other =
      taken(all, KEYS[1], now, ARGV[a], ARGV[a + 2], {[ARGV[a]] = true}, {})
    if number then
      return {-3, number, ARGV[a], other}
    end
    place(all, KEYS[3], ARGV[a], ARGV[a + 1], ARGV[a + 2])
  end
end
return {0}
