-- Checks, then writes: all of them or none.
--
-- KEYS  1 the set of keys, 2 the set of deadlines, 3 the change log, 4 the definitions of indexes,
--       5 what stands beside the entries, 6 and on the sorted sets of the indexes,
--       then the entry of each check, then value and entry of each write; no key is written twice.
-- ARGV  1 the moment, 2 how many changes the log keeps (0: none), 3 the largest value that the log
--       carries, 4 how long the two sets outlive the last deadline, 5 how many checks,
--       6 the epoch of the definitions, 7 the numbers of the indexes;
--       then for each check: n nothing, a absent, v<version>;
--       then for each write
--         p <key> <version> <value> <deadline or -> <life in the server> <metadata and content type>
--           <places in the indexes>
--         r <key> <change>          removes
--         x <key> <change>          removes if its deadline has passed
--
-- Answers {number of the check that does not hold, version found or ''}, {-2} if the definitions
-- are others, {-3, number of a unique index, key, key of who has the place} if there is one, or
-- {0, one for each write: the creation time of the live entry that was there, or ''}.
--
-- A server without memory refuses the first command that needs some, and no later one.

local call, match = redis.call, string.match
local moment = ARGV[1]
local now = tonumber(moment)
local keep = ARGV[2]
local carried = tonumber(ARGV[3])
local checks = tonumber(ARGV[5])

if outdated(KEYS[4], ARGV[6]) then
  return {-2}
end
local indexes, sets = known(ARGV[7], 5)
local indexed = sets > 0
local fixed = 5 + sets

-- Calls a command with what has been gathered, a thousand arguments at a time: Lua has a limit.
local function all(gathered, ...)
  local first = {...}
  local count = #first
  for i = 1, #gathered, 1000 do
    local last = math.min(i + 999, #gathered)
    for j = i, last do
      first[count + 1 + j - i] = gathered[j]
    end
    call(unpack(first, 1, count + 1 + last - i))
  end
end

local function expired(key, change)
  if keep ~= '0' then
    call('XADD', KEYS[3], '*', 'type', 'EXPIRE', 'key', key, 'id', change .. 'x', 'time', moment)
  end
end

-- What is stored beside the values of all checks and writes, in the order of KEYS.
local wanted, lines = {}, {}
for i = fixed + 1, fixed + checks do
  wanted[#wanted + 1] = KEYS[i]
end
for i = fixed + 2 + checks, #KEYS, 2 do
  wanted[#wanted + 1] = KEYS[i]
end
for i = 1, #wanted, 1000 do
  local some = call('MGET', unpack(wanted, i, math.min(i + 999, #wanted)))
  for j = 1, #some do
    lines[#lines + 1] = some[j]
  end
end

for i = 1, checks do
  local condition = ARGV[7 + i]
  if condition ~= 'n' then
    local version, deadline = '', nil
    if lines[i] then
      version, deadline = match(lines[i], '^(%S+) %S+ %S+ (%S+)')
      if deadline ~= '-' and tonumber(deadline) <= now then
        version = ''
      end
    end
    if condition == 'a' then
      if version ~= '' then
        return {i, version}
      end
    elseif version == '' or condition ~= 'v' .. version then
      return {i, version}
    end
  end
end

local dated = call('ZCARD', KEYS[2]) -- how many have deadlines; without any, nothing can have ended
local plain = {} -- names and contents that have no deadline
local named = {} -- scores and keys for the set of keys
local ending = {} -- scores and keys for the set of deadlines
local unending = {} -- keys to take out of the set of deadlines
local answer = {0}
local a = 7 + checks
local k = fixed + checks
local n = checks

if string.find(ARGV[7], 'u', 1, true) then
  local leaving, taking = {}, {}
  local at = a
  while at < #ARGV do
    leaving[ARGV[at + 2]] = true
    at = at + (ARGV[at + 1] == 'p' and 8 or 3)
  end
  at = a
  while at < #ARGV do
    if ARGV[at + 1] == 'p' then
      local number, other =
        taken(indexes, KEYS[2], now, ARGV[at + 2], ARGV[at + 8], leaving, taking)
      if number then
        return {-3, number, ARGV[at + 2], other}
      end
      at = at + 8
    else
      at = at + 3
    end
  end
end

while a < #ARGV do
  local what, key, change = ARGV[a + 1], ARGV[a + 2], ARGV[a + 3]
  local value_key, entry_key = KEYS[k + 1], KEYS[k + 2]
  k = k + 2
  n = n + 1
  local created, deadline, lives
  local line = lines[n]
  if line then
    created, deadline = match(line, '^%S+ (%S+) %S+ (%S+)')
    lives = deadline == '-' or tonumber(deadline) > now
  end
  answer[n - checks + 1] = lives and created or ''

  if what == 'p' then
    local value, till, life = ARGV[a + 4], ARGV[a + 5], ARGV[a + 6]
    local from, updated = moment, moment
    if lives then
      from = created
      if tonumber(created) > now then
        updated = created
      end
    end
    local new = change .. ' ' .. from .. ' ' .. updated .. ' ' .. till .. ' ' .. ARGV[a + 7]
    if indexed then
      place(indexes, KEYS[5], key, change, ARGV[a + 8])
    end
    a = a + 8
    if till == '-' then
      local p = #plain
      plain[p + 1] = value_key
      plain[p + 2] = value
      plain[p + 3] = entry_key
      plain[p + 4] = new
    else
      call('SET', value_key, value, 'PX', life)
      call('SET', entry_key, new, 'PX', life)
      ending[#ending + 1] = till
      ending[#ending + 1] = key
    end
    if not line then
      named[#named + 1] = 0
      named[#named + 1] = key
      -- After its deadline the server drops an entry by itself, and leaves it in the sets.
      if dated > 0 and call('ZSCORE', KEYS[2], key) then
        deadline = ''
      end
    end
    if deadline and deadline ~= '-' then
      if not lives then
        expired(key, change)
      end
      if till == '-' then
        unending[#unending + 1] = key
      end
    end
    if keep ~= '0' then
      if #value <= carried then
        call('XADD', KEYS[3], '*', 'type', 'SET', 'key', key, 'entry', new, 'value', value)
      else
        call('XADD', KEYS[3], '*', 'type', 'SET', 'key', key, 'entry', new)
      end
    end

  else
    a = a + 3
    local ends
    if what == 'x' then
      local passed = call('ZSCORE', KEYS[2], key)
      ends = passed and tonumber(passed) <= now
      lives = false
    else
      ends = line
    end
    if ends then
      call('ZREM', KEYS[1], key)
    elseif what == 'r' then
      ends = call('ZREM', KEYS[1], key) == 1 -- dropped by the server
    end
    if ends then
      call('UNLINK', value_key, entry_key)
      if indexed then
        place(indexes, KEYS[5], key, '', '')
      end
      if deadline ~= '-' then
        call('ZREM', KEYS[2], key)
      end
      if not lives then
        expired(key, change)
      elseif keep ~= '0' then
        call('XADD', KEYS[3], '*', 'type', 'DELETE', 'key', key, 'id', change, 'time', moment)
      end
    end
  end
end

if keep ~= '0' then
  call('XTRIM', KEYS[3], 'MAXLEN', '~', keep) -- once for all that was added
end
all(plain, 'MSET')
all(named, 'ZADD', KEYS[1])
all(ending, 'ZADD', KEYS[2])
all(unending, 'ZREM', KEYS[2])

-- Where everything has a deadline, the two sets end some time after the last one, so that nothing
-- of it stays even if nobody comes back. Where not, they last.
if dated > 0 or #ending > 0 then
  local listed = call('ZCARD', KEYS[2])
  if listed > 0 and listed == call('ZCARD', KEYS[1]) then
    local last = tonumber(call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2])
    local life = string.format('%.0f', math.max(1, last - now + tonumber(ARGV[4])))
    call('PEXPIRE', KEYS[1], life)
    call('PEXPIRE', KEYS[2], life)
    if indexed then
      endure(indexes, KEYS[5], life)
    end
  else
    call('PERSIST', KEYS[1])
    call('PERSIST', KEYS[2])
    if indexed then
      endure(indexes, KEYS[5], nil)
    end
  end
end
return answer
