-- Renews leases.
-- KEYS see queue.lua
-- ARGV 4 lease, ms; then id and token of each, at most a few hundred
-- Returns a letter for each: 'k' kept, 'x' kept, but the task was cancelled, 'l' lost. May be
-- repeated. Cost O(log n) for each.
local ids = {}
for i = 5, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
end
local states = {}
for i, record in ipairs(records(ids)) do
  local r = read(record)
  if r and r.token == ARGV[4 + 2 * i] then
    redis.call('ZADD', LEASED, now + ARGV[4], ids[i])
    states[i] = r.cancelled == '1' and 'x' or 'k'
  else
    states[i] = 'l'
  end
end
return table.concat(states)
