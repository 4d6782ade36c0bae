-- Hands new entries to a consumer that keeps an order: none as long as others of its group, or
-- nobody, have any pending, for those come first.
-- KEYS 1 the stream
-- ARGV 1 group  2 consumer  3 how many entries at most
-- Returns 1 if others have some; an id up to which the group was handed everything; then for each
-- entry taken its id, its delivery, its words. An error if there is no such group.
-- Cost O(log n) for each entry, and O(number of consumers).
local STREAM, GROUP, CONSUMER = KEYS[1], ARGV[1], ARGV[2]

local pending = redis.pcall('XPENDING', STREAM, GROUP)
if pending.err then
  return pending
end
for _, holder in ipairs(pending[4] or {}) do
  if holder[1] ~= CONSUMER then
    return {1, '0-0'}
  end
end

local read = redis.call('XREADGROUP', 'GROUP', GROUP, CONSUMER,
  'COUNT', ARGV[3], 'STREAMS', STREAM, '>')
if not read then
  local facts = redis.call('XINFO', 'STREAM', STREAM)
  for i = 1, #facts, 2 do
    if facts[i] == 'last-generated-id' then
      return {0, facts[i + 1]}
    end
  end
end

local entries = read[1][2]
local reply = {0, entries[#entries][1]}
for _, entry in ipairs(entries) do
  reply[#reply + 1] = entry[1]
  reply[#reply + 1] = 1
  reply[#reply + 1] = entry[2]
end
return reply
