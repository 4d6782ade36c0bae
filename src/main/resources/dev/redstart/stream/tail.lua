-- How a room tells those who follow one of its streams of an entry that it adds: put in front of
-- the scripts that do.
-- KEYS none by itself
-- ARGV none by itself
-- Returns nothing by itself. Cost O(size of the entry).

-- Larger entries are read by those who want them: what listeners are too slow to take, Redis would
-- have to keep for them.
local TOLD_BYTES_MAX = 65536

local function net(word)
  return #word .. ':' .. word .. ','
end

-- Tells of the entry `id` with these fields (name, value, name, value), all strings, that was added
-- after `before`. Followers keep what they are told only if they know the entry before it.
local function tell(channel, before, id, fields)
  local parts, bytes = {net(before), net(id)}, 0
  for i, word in ipairs(fields) do
    parts[i + 2] = net(word)
    bytes = bytes + #word
  end
  redis.call('PUBLISH', channel,
    bytes > TOLD_BYTES_MAX and parts[1] .. parts[2] or table.concat(parts))
end

-- Tells followers to read, for a reason that is no entry.
local function hint(channel)
  redis.call('PUBLISH', channel, '')
end

-- The id of a stream's newest entry, '0-0' if there is none: what `tell` wants, to be asked before
-- the entry is added. `known`: the id of the last entry that the room added, or nothing. Where
-- others have added one since, its words come as a second result.
local function newest(stream, known)
  local last = known and redis.call('XRANGE', stream, '(' .. known, '+', 'COUNT', 1)[1] or not known
  if not last then
    return known
  end
  last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  if not last then
    return known or '0-0'
  end
  return last[1], last[2]
end
