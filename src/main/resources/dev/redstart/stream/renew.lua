-- Renews the lease of entries in a consumer's hands.
-- KEYS 1 the stream
-- ARGV 1 group  2 consumer  3... for each entry, at most a few hundred: id, its delivery
-- Returns the ids of those that it does not hold any more, in that delivery; an error if there is
-- no such group. May be repeated. Cost O(log n) for each.
local STREAM, GROUP, CONSUMER = KEYS[1], ARGV[1], ARGV[2]
local held, lost = {}, {}
for i = 3, #ARGV, 2 do
  local id = ARGV[i]
  local pending = redis.pcall('XPENDING', STREAM, GROUP, id, id, 1)
  if pending.err then
    return pending
  end
  local entry = pending[1]
  local ours = entry and entry[2] == CONSUMER and entry[4] == tonumber(ARGV[i + 1])
  local list = ours and held or lost
  list[#list + 1] = id
end
if #held > 0 then
  held[#held + 1] = 'JUSTID'
  redis.call('XCLAIM', STREAM, GROUP, CONSUMER, 0, unpack(held))
end
return lost
