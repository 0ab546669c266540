-- What the scripts that write have in common: the places of entries in indexes. It stands before
-- each of them.
--
-- A place is a member of an index's sorted set: what the entry has there, its key, a zero, and the
-- length of the key in two bytes. Beside the entry stands which places it has: its version, a zero,
-- and for each the number of the index in two bytes, a length in four, and the member.

-- Whether indexes were created or dropped since the caller looked.
local function outdated(definitions, epoch)
  return redis.call('GETRANGE', definitions, 0, 15) ~= epoch
end

-- The indexes by number; those of the sorted sets that follow this one in KEYS.
local function known(numbers, last)
  local all, count = {}, 0
  for number, unique in string.gmatch(numbers, '(%d+)(u?)') do
    count = count + 1
    all[tonumber(number)] = {name = KEYS[last + count], unique = unique == 'u'}
  end
  return all, count
end

local function places(packed)
  local all, at = {}, 1
  while at <= #packed do
    local number, length
    number, length, at = struct.unpack('>I2I4', packed, at)
    all[#all + 1] = {number, string.sub(packed, at, at + length - 1)}
    at = at + length
  end
  return all
end

-- The places that stand beside an entry, and whether any do.
local function present(cells, key)
  local old = redis.call('HGET', cells, key)
  return old and string.sub(old, string.find(old, '\0', 1, true) + 1) or '', old
end

-- Gives an entry these places instead of those that it has. What needs memory comes first: a
-- server without any refuses that, and nothing after the first write.
local function place(all, cells, key, version, packed)
  local before, there = present(cells, key)
  local new = {}
  if before ~= packed then
    for _, one in ipairs(places(packed)) do
      redis.call('ZADD', all[one[1]].name, 0, one[2])
      new[one[1] .. ' ' .. one[2]] = true
    end
  end
  if packed ~= '' then
    redis.call('HSET', cells, key, version .. '\0' .. packed)
  elseif there then
    redis.call('HDEL', cells, key)
  end
  if before ~= packed then
    for _, one in ipairs(places(before)) do
      if all[one[1]] and not new[one[1] .. ' ' .. one[2]] then
        redis.call('ZREM', all[one[1]].name, one[2])
      end
    end
  end
end

-- The number of a unique index in which a live entry that is not leaving has one of these places,
-- and the key of that entry.
local function taken(all, deadlines, now, key, packed, leaving, taking)
  for _, one in ipairs(places(packed)) do
    local index, member = all[one[1]], one[2]
    if index.unique then
      local value = string.sub(member, 1, #member - #key - 3)
      local id = one[1] .. ' ' .. value
      if taking[id] then
        return one[1], taking[id]
      end
      taking[id] = key
      local found = redis.call('ZRANGEBYLEX', index.name, '[' .. value, '(' .. value .. '\255')
      for _, other in ipairs(found) do
        local length = string.byte(other, -2) * 256 + string.byte(other, -1)
        local name = string.sub(other, #other - 2 - length, #other - 3)
        if not leaving[name] then
          local deadline = redis.call('ZSCORE', deadlines, name)
          if not deadline or tonumber(deadline) > now then
            return one[1], name
          end
        end
      end
    end
  end
end

-- Lets the sorted sets and what stands beside the entries end with the other sets, or last.
local function endure(all, cells, life)
  for _, index in pairs(all) do
    if life then
      redis.call('PEXPIRE', index.name, life)
    else
      redis.call('PERSIST', index.name)
    end
  end
  if life then
    redis.call('PEXPIRE', cells, life)
  else
    redis.call('PERSIST', cells)
  end
end

