-- The live entries in ranges of an index, and those that are odd to it.
--
-- KEYS  1 the sorted set, 2 what stands beside the entries, 3 the set of deadlines,
--       4 the definitions.
-- ARGV  1 the epoch, 2 the moment, 3 how many at most, 4 how many odd ones at most, then for each
--       range its lower and its upper bound.
--
-- Answers {-2} if the definitions are others, or {0, 1 if there are more, keys and versions, 1 if
-- there are more odd ones, the keys of those}.

if redis.call('GETRANGE', KEYS[4], 0, 15) ~= ARGV[1] then
  return {-2}
end
local call = redis.call
local now = tonumber(ARGV[2])
local dated = call('ZCARD', KEYS[3]) > 0

local function key(member)
  local length = string.byte(member, -2) * 256 + string.byte(member, -1)
  return string.sub(member, #member - 2 - length, #member - 3)
end

-- Adds the live keys of a range in their order; returns whether there are more than may be.
local function collect(from, to, most, into)
  while true do
    local found = call('ZRANGEBYLEX', KEYS[1], from, to, 'LIMIT', 0, 500)
    if #found == 0 then
      return false
    end
    local keys = {}
    for i = 1, #found do
      keys[i] = key(found[i])
    end
    local deadlines = dated and call('ZMSCORE', KEYS[3], unpack(keys)) or {}
    for i = 1, #keys do
      if not deadlines[i] or tonumber(deadlines[i]) > now then
        if #into >= most then
          return true
        end
        into[#into + 1] = keys[i]
      end
    end
    from = '(' .. found[#found]
  end
end

local keys, more = {}, false
for a = 5, #ARGV, 2 do
  more = more or collect(ARGV[a], ARGV[a + 1], tonumber(ARGV[3]), keys)
end
local found = {}
for i = 1, #keys, 500 do
  local last = math.min(i + 499, #keys)
  local beside = call('HMGET', KEYS[2], unpack(keys, i, last))
  for j = i, last do
    found[#found + 1] = keys[j]
    found[#found + 1] = string.match(beside[j - i + 1] or '', '^[!-~]*')
  end
end
local odd = {}
local moreOdd = collect('[\255', '+', tonumber(ARGV[4]), odd)
return {0, more and 1 or 0, found, moreOdd and 1 or 0, odd}
