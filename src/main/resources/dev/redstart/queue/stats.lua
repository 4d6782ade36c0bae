-- The queue in figures. Changes nothing.
-- KEYS see queue.lua
-- ARGV none of its own
-- Returns the sizes of the four sets, then what META holds of: paused, pushed, completed, failed,
-- retried, dead, expired, cancelled, removed, concurrency, rate, rate_millis. Cost O(1).
local sizes = {waiting, redis.call('ZCARD', SCHEDULED), redis.call('ZCARD', LEASED),
  redis.call('ZCARD', DEAD)}
local counts = redis.call('HMGET', META, 'paused', 'pushed', 'completed', 'failed', 'retried',
  'dead', 'expired', 'cancelled', 'removed', 'concurrency', 'rate', 'rate_millis')
for i = 1, 12 do
  sizes[4 + i] = tonumber(counts[i]) or 0
end
return sizes
