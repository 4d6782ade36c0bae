-- Sets what holds for all workers of the queue.
-- KEYS see queue.lua
-- ARGV 4... names and values: paused; concurrency; rate, rate_millis; an empty value unsets
-- Returns 1. May be repeated. Cost O(1).
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', META, ARGV[i])
  else
    redis.call('HSET', META, ARGV[i], ARGV[i + 1])
  end
end
wake()
keep()
return 1
