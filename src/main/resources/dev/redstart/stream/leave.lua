-- Deletes consumers that hold nothing: one that leaves, and those that were not heard of for long.
-- KEYS 1 the stream
-- ARGV 1 group  2 the consumer that leaves, or nothing  3 for how long the others were silent, ms
-- Returns how many were deleted; an error if there is no such group. May be repeated. Cost O(number
-- of consumers).
local deleted = 0
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then
  return consumers
end
for _, facts in ipairs(consumers) do
  local consumer = {}
  for i = 1, #facts, 2 do
    consumer[facts[i]] = facts[i + 1]
  end
  if consumer.pending == 0
      and (consumer.name == ARGV[2] or consumer.idle > tonumber(ARGV[3])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    deleted = deleted + 1
  end
end
return deleted
