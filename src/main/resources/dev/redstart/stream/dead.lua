-- What moves an entry to the dead letters: put in front of the scripts that do.
-- KEYS 1 the stream  2 its dead letters
-- ARGV none
-- Returns nothing by itself. Cost O(1).

-- Lua cannot hand more words than this to a command. Redstart adds no such entries.
local WORDS_MAX = 7000

-- The entry's own fields, untouched, and six of ours behind them; finished in the same step.
-- Returns false if there was no room in memory for it, and nothing was changed. Of an entry that
-- was deleted nothing is left to keep.
local function bury(group, id, consumer, deliveries, reason)
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    local now = redis.call('TIME')
    local words = {unpack(entry[2], 1, math.min(#entry[2], WORDS_MAX))}
    for _, word in ipairs({'dlq:id', id, 'dlq:group', group, 'dlq:consumer', consumer,
        'dlq:deliveries', deliveries, 'dlq:reason', reason,
        'dlq:at', string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000))}) do
      words[#words + 1] = word
    end
    if redis.pcall('XADD', KEYS[2], '*', unpack(words)).err then
      return false
    end
  end
  redis.call('XACK', KEYS[1], group, id)
  return true
end
