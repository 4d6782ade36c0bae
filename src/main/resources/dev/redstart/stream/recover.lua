-- Hands a consumer entries that are in its hands without its knowing: the reply that brought them
-- was lost. That is no further delivery. What was deleted from the stream is forgotten.
-- KEYS 1 the stream
-- ARGV 1 group  2 consumer  3... for each entry, at most a few hundred: id, its delivery
-- Returns for each entry that it holds, in that delivery: id, delivery, words. May be repeated.
-- Cost O(log n) for each.
local STREAM, GROUP, CONSUMER = KEYS[1], ARGV[1], ARGV[2]
local reply = {}
for i = 3, #ARGV, 2 do
  local id, deliveries = ARGV[i], tonumber(ARGV[i + 1])
  local held = redis.call('XPENDING', STREAM, GROUP, id, id, 1)[1]
  if held and held[2] == CONSUMER and held[4] == deliveries then
    local entry =
      redis.call('XCLAIM', STREAM, GROUP, CONSUMER, 0, id, 'RETRYCOUNT', deliveries)[1]
    if entry then
      reply[#reply + 1] = id
      reply[#reply + 1] = deliveries
      reply[#reply + 1] = entry[2]
    else
      redis.call('XACK', STREAM, GROUP, id)
    end
  end
end
return reply
