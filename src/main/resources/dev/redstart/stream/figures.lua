-- What there is to know about a stream and its groups, at one moment.
-- KEYS 1 the stream  2 its dead letters
-- ARGV none
-- Returns its length, its first and its last id or nothing, the number of dead letters; then for
-- each group its name, consumers, pending entries, lag or -1 if Redis does not know it, the id
-- that was delivered last, and for how many ms its oldest pending entry is idle, -1 without one.
-- Cost O(number of groups).
local STREAM = KEYS[1]

local function id_of(entry)
  return entry and entry[1] or ''
end

local reply = {
  redis.call('XLEN', STREAM),
  id_of(redis.call('XRANGE', STREAM, '-', '+', 'COUNT', 1)[1]),
  id_of(redis.call('XREVRANGE', STREAM, '+', '-', 'COUNT', 1)[1]),
  redis.call('XLEN', KEYS[2])
}
local groups = redis.call('EXISTS', STREAM) == 1 and redis.call('XINFO', 'GROUPS', STREAM) or {}
for _, facts in ipairs(groups) do
  local group = {}
  for i = 1, #facts, 2 do
    group[facts[i]] = facts[i + 1]
  end
  local oldest = redis.call('XPENDING', STREAM, group.name, '-', '+', 1)[1]
  for _, fact in ipairs({group.name, group.consumers, group.pending, group.lag or -1,
      group['last-delivered-id'], oldest and oldest[3] or -1}) do
    reply[#reply + 1] = fact
  end
end
return reply
