-- A consumer says what became of entries in its hands. What it does not hold any more, in the
-- delivery it means, is not touched.
-- KEYS see stream.lua
-- ARGV 3 group  4 consumer  5 whose are the entries that nobody holds
--      6... for each entry, at most a few hundred: id, its delivery, and one of
--        'ack', ''
--        'again', ''      the same consumer tries once more: one more delivery
--        'wait', ms       nobody's, as if delivered so long ago
--        'back', ms       the same, and this delivery does not count
--        'dead', reason
-- Returns a letter for each: 'd' done, 'l' lost, 'n' not now (no memory for a dead letter); an
-- error if there is no such group. Cost O(log n) for each, and for at most 100 that are trimmed.
if answered then
  return answered
end
local GROUP, CONSUMER, NOBODY = ARGV[3], ARGV[4], ARGV[5]

local acked, finished = {}, false

local function claim(owner, id, ...)
  redis.call('XCLAIM', STREAM, GROUP, owner, 0, id, ...)
end

local function settle(id, deliveries, verb, detail)
  if verb == 'ack' then
    acked[#acked + 1] = id
  elseif verb == 'again' then
    claim(CONSUMER, id, 'RETRYCOUNT', deliveries + 1, 'JUSTID')
  elseif verb == 'dead' then
    local buried = bury(GROUP, id, CONSUMER, deliveries, detail)
    finished = finished or buried
    return buried and 'd' or 'n'
  else
    local count = verb == 'back' and deliveries - 1 or deliveries
    claim(NOBODY, id, 'IDLE', detail, 'RETRYCOUNT', count, 'JUSTID')
  end
  return 'd'
end

local letters = {}
for i = 6, #ARGV, 4 do
  local id, deliveries = ARGV[i], tonumber(ARGV[i + 1])
  local pending = redis.pcall('XPENDING', STREAM, GROUP, id, id, 1)
  if pending.err then
    return pending
  end
  local held = pending[1]
  letters[#letters + 1] = held and held[2] == CONSUMER and held[4] == deliveries
    and settle(id, deliveries, ARGV[i + 2], ARGV[i + 3]) or 'l'
end
if #acked > 0 then
  redis.call('XACK', STREAM, GROUP, unpack(acked))
end
if #acked > 0 or finished then
  local retention = redis.call('HGET', META, 'retention')
  if retention then
    retain(read_retention(retention))
  end
end
letters = table.concat(letters)
return string.find(letters, 'd') and remember(letters) or letters
