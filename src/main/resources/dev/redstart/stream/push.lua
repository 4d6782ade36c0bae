-- Adds entries, all or none, and trims the stream as far as every group has finished it.
-- KEYS see stream.lua
-- ARGV 3 how much is kept from now on (see `read_retention`), or nothing: as it was said before
--      4 how many entries, at most a few hundred; then for each: how many words, and its words
-- Returns the ids, a space between them; or 'full' and the length, if there is no room: nothing was
-- added then. Cost O(1) for each entry, and for at most a few hundred that are trimmed.
if answered then
  return answered
end
local wanted, count = ARGV[3], tonumber(ARGV[4])
local length = redis.call('XLEN', STREAM)
local known = redis.call('HGET', META, 'retention') or ALL
if wanted ~= '' and wanted ~= known then
  redis.call('HSET', META, 'retention', wanted)
  known = wanted
end
local retention = read_retention(known)

if retention.capacity > 0 then
  local excess, gone = length + count - retention.capacity, 1
  for _ = 1, 5 do
    if excess > 0 and gone > 0 then
      gone = trim(excess, nil, retention.unread)
      excess = excess - gone
    end
  end
  if excess > 0 then
    return 'full ' .. redis.call('XLEN', STREAM)
  end
end

local ids, at = {}, 4
for i = 1, count do
  local words = tonumber(ARGV[at + 1])
  ids[i] = redis.call('XADD', STREAM, '*', unpack(ARGV, at + 2, at + 1 + words))
  at = at + 1 + words
end
retain(retention)
return remember(table.concat(ids, ' '))
