-- Renews leases.
-- KEYS see queue.lua
-- ARGV 4 lease, ms; then id and token of each, at most a few hundred
-- Returns a letter for each: 'k' kept, 'x' kept, but the task was cancelled, 'l' lost. May be
-- repeated. Cost O(log n) for each.
local ids = {}
for i = 5, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
end
local states, kept = {}, {}
for i, record in ipairs(records(ids)) do
  local r = read(record)
  if r and r.token == ARGV[4 + 2 * i] then
    kept[#kept + 1] = now + ARGV[4]
    kept[#kept + 1] = ids[i]
    states[i] = r.cancelled == '1' and 'x' or 'k'
  else
    states[i] = 'l'
  end
end
if #kept > 0 then
  -- Redis allows this when its memory is full, and then what follows, too.
  redis.call('ZREM', LEASED, kept[2])
  redis.call('ZADD', LEASED, unpack(kept))
end
return table.concat(states)
