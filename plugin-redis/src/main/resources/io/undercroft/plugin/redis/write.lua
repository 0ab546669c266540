-- Checks, then writes: all of them or none.
--
-- KEYS  1 the set of keys, 2 the set of deadlines, 3 the change log,
--       then the entry of each check, then value and entry of each write.
-- ARGV  1 the moment, 2 how many changes the log keeps (0: none), 3 the largest value that the log
--       carries, 4 how long the two sets outlive the last deadline, 5 how many checks;
--       then for each check: n nothing, a absent, v<version>;
--       then for each write
--         p <key> <version> <value> <deadline or -> <life in the server> <metadata and content type>
--         r <key> <change>          removes
--         x <key> <change>          removes if its deadline has passed
--
-- Answers {number of the check that does not hold, version found or ''}, or {0, one for each write:
-- the creation time of the live entry that was there, or ''}.

local now = tonumber(ARGV[1])
local keep = ARGV[2]
local carried = tonumber(ARGV[3])
local checks = tonumber(ARGV[5])
local undated = false -- whether a deadline was taken away

-- Returns version, creation and deadline of what is stored, and whether it lives.
local function stored(entry_key)
  local line = redis.call('GET', entry_key)
  if not line then
    return nil
  end
  local version, created, deadline = string.match(line, '^(%S+) (%S+) %S+ (%S+)')
  return version, created, deadline, deadline == '-' or tonumber(deadline) > now
end

local function tell(...)
  if keep ~= '0' then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', keep, '*', ...)
  end
end

for i = 1, checks do
  local wanted = ARGV[5 + i]
  if wanted ~= 'n' then
    local version, _, _, lives = stored(KEYS[3 + i])
    if not lives then
      version = ''
    end
    if wanted == 'a' then
      if lives then
        return {i, version}
      end
    elseif not lives or wanted ~= 'v' .. version then
      return {i, version}
    end
  end
end

local answer = {0}
local k = 3 + checks
local a = 5 + checks
while a < #ARGV do
  local what, key, change = ARGV[a + 1], ARGV[a + 2], ARGV[a + 3]
  local value_key, entry_key = KEYS[k + 1], KEYS[k + 2]
  local version, created, deadline, lives = stored(entry_key)
  k = k + 2

  if what == 'p' then
    local value, until_, life, rest = ARGV[a + 4], ARGV[a + 5], ARGV[a + 6], ARGV[a + 7]
    a = a + 7
    if not version then
      -- Not there, or the server has dropped it after its deadline: then its key is still listed.
      if redis.call('ZADD', KEYS[1], 0, key) == 0 then
        tell('type', 'EXPIRE', 'key', key, 'id', change, 'time', ARGV[1])
      end
    elseif not lives then
      tell('type', 'EXPIRE', 'key', key, 'id', change, 'time', ARGV[1])
    end
    local from, updated = ARGV[1], ARGV[1]
    if lives then
      from = created
      if tonumber(created) > now then
        updated = created
      end
    end
    local line = change .. ' ' .. from .. ' ' .. updated .. ' ' .. until_ .. ' ' .. rest
    if until_ == '-' then
      redis.call('SET', value_key, value)
      redis.call('SET', entry_key, line)
      if deadline ~= '-' and redis.call('ZREM', KEYS[2], key) == 1 then
        undated = true
      end
    else
      redis.call('SET', value_key, value, 'PX', life)
      redis.call('SET', entry_key, line, 'PX', life)
      redis.call('ZADD', KEYS[2], until_, key)
    end
    if #value <= carried then
      tell('type', 'SET', 'key', key, 'id', change, 'time', ARGV[1], 'entry', line, 'value', value)
    else
      tell('type', 'SET', 'key', key, 'id', change, 'time', ARGV[1], 'entry', line)
    end
    answer[#answer + 1] = lives and created or ''

  elseif what == 'r' then
    a = a + 3
    if redis.call('ZREM', KEYS[1], key) == 1 or version then
      redis.call('UNLINK', value_key, entry_key)
      if deadline ~= '-' then
        redis.call('ZREM', KEYS[2], key)
      end
      tell('type', lives and 'DELETE' or 'EXPIRE', 'key', key, 'id', change, 'time', ARGV[1])
    end
    answer[#answer + 1] = lives and created or ''

  else
    a = a + 3
    local passed = redis.call('ZSCORE', KEYS[2], key)
    if passed and tonumber(passed) <= now then
      redis.call('ZREM', KEYS[1], key)
      redis.call('ZREM', KEYS[2], key)
      redis.call('UNLINK', value_key, entry_key)
      tell('type', 'EXPIRE', 'key', key, 'id', change, 'time', ARGV[1])
    end
    answer[#answer + 1] = ''
  end
end

-- Where everything has a deadline, the two sets end some time after the last one, so that nothing
-- of it stays even if nobody comes back. Where not, they last.
local dated = redis.call('ZCARD', KEYS[2])
if dated > 0 and dated == redis.call('ZCARD', KEYS[1]) then
  local last = tonumber(redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2])
  local life = string.format('%.0f', math.max(1, last - now + tonumber(ARGV[4])))
  redis.call('PEXPIRE', KEYS[1], life)
  redis.call('PEXPIRE', KEYS[2], life)
elseif dated > 0 or undated then
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
end
return answer
