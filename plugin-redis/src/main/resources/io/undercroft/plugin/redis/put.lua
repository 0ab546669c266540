-- One write of one entry: what write.lua does, without what only several of them need.
--
-- KEYS  1 the set of keys, 2 the set of deadlines, 3 the change log, 4 value, 5 entry,
--       6 the definitions of indexes, 7 what stands beside the entries, 8 and on the sorted sets
--       of the indexes.
-- ARGV  1 the moment, 2 how many changes the log keeps (0: none), 3 the largest value that the log
--       carries, 4 how long the two sets outlive the last deadline,
--       5 the condition: n nothing, a absent, v<version>,
--       6 key, 7 version, 8 value, 9 deadline or -, 10 life in the server,
--       11 metadata and content type, 12 the epoch of the definitions, 13 the numbers of the
--       indexes, 14 the places in them.
--
-- Answers {1, version found or ''} if the condition does not hold, {-2} if the definitions are
-- others, {-3, number of a unique index, key, key of who has the place} if there is one, or {0, the
-- creation time of the live entry that was there, or ''}.

local call = redis.call
local moment, keep, condition, till = ARGV[1], ARGV[2], ARGV[5], ARGV[9]
local now = tonumber(moment)

if outdated(KEYS[6], ARGV[12]) then
  return {-2}
end

local version, created, deadline, lives
local line = call('GET', KEYS[5])
if line then
  version, created, deadline = string.match(line, '^(%S+) (%S+) %S+ (%S+)')
  lives = deadline == '-' or tonumber(deadline) > now
end

if condition ~= 'n' then
  if lives then
    if condition ~= 'v' .. version then
      return {1, version}
    end
  elseif condition ~= 'a' then
    return {1, ''}
  end
end

local indexed = ARGV[13] ~= ''
local all
if indexed then
  all = known(ARGV[13], 7)
  local number, other =
    taken(all, KEYS[2], now, ARGV[6], ARGV[14], {[ARGV[6]] = true}, {})
  if number then
    return {-3, number, ARGV[6], other}
  end
end

local from, updated = moment, moment
if lives then
  from = created
  if tonumber(created) > now then
    updated = created
  end
end
local new = ARGV[7] .. ' ' .. from .. ' ' .. updated .. ' ' .. till .. ' ' .. ARGV[11]
if till == '-' then
  call('MSET', KEYS[4], ARGV[8], KEYS[5], new)
else
  call('SET', KEYS[4], ARGV[8], 'PX', ARGV[10])
  call('SET', KEYS[5], new, 'PX', ARGV[10])
end

if indexed then
  place(all, KEYS[7], ARGV[6], ARGV[7], ARGV[14])
end

-- Where an entry without a deadline takes the place of one without, the sets stay as they are.
if till ~= '-' or deadline ~= '-' then
  local ended = line and not lives
  if not line then
    call('ZADD', KEYS[1], 0, ARGV[6])
    -- After its deadline the server drops an entry by itself, and leaves it in the sets.
    ended = call('ZSCORE', KEYS[2], ARGV[6])
  end
  if ended and keep ~= '0' then
    call('XADD', KEYS[3], 'MAXLEN', '~', keep, '*', 'type', 'EXPIRE', 'key', ARGV[6], 'id',
      ARGV[7] .. 'x', 'time', moment)
  end
  if till ~= '-' then
    call('ZADD', KEYS[2], till, ARGV[6])
  elseif line or ended then
    call('ZREM', KEYS[2], ARGV[6])
  end
  local dated = call('ZCARD', KEYS[2])
  if dated > 0 and dated == call('ZCARD', KEYS[1]) then
    local last = tonumber(call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2])
    local life = string.format('%.0f', math.max(1, last - now + tonumber(ARGV[4])))
    call('PEXPIRE', KEYS[1], life)
    call('PEXPIRE', KEYS[2], life)
    if indexed then
      endure(all, KEYS[7], life)
    end
  elseif dated > 0 or line or ended then
    call('PERSIST', KEYS[1])
    call('PERSIST', KEYS[2])
    if indexed then
      endure(all, KEYS[7], nil)
    end
  end
end

if keep ~= '0' then
  if #ARGV[8] <= tonumber(ARGV[3]) then
    call('XADD', KEYS[3], 'MAXLEN', '~', keep, '*', 'type', 'SET', 'key', ARGV[6], 'entry', new,
      'value', ARGV[8])
  else
    call('XADD', KEYS[3], 'MAXLEN', '~', keep, '*', 'type', 'SET', 'key', ARGV[6], 'entry', new)
  end
end
return {0, lives and created or ''}
