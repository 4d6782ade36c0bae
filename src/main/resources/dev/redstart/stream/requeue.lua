-- Adds dead letters to the stream again, with their own fields only, and removes them. Every group
-- gets them, as it gets any new entry.
-- KEYS see stream.lua
-- ARGV 3... ids of dead letters, at most a few hundred
-- Returns the new ids, a space between them, of those that there were. Cost O(log n) for each.
if answered then
  return answered
end
-- How many words bury (see dead.lua) puts behind an entry's own.
local OURS = 12

local ids = {}
for i = 3, #ARGV do
  local letter = redis.call('XRANGE', DEAD, ARGV[i], ARGV[i])[1]
  local words = letter and letter[2]
  if words and #words > OURS and words[#words - OURS + 1] == 'dlq:id' then
    ids[#ids + 1] = redis.call('XADD', STREAM, '*', unpack(words, 1, #words - OURS))
    redis.call('XDEL', DEAD, ARGV[i])
  end
end
ids = table.concat(ids, ' ')
return ids == '' and ids or remember(ids)
