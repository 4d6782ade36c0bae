-- Puts a message that nobody can use to the dead letters.
-- KEYS 12 the list that it is in, if it is in one
-- ARGV 5 the message, or its field in P:read  6 the dead letter, with the reason  7 the reason
--      8 the id of the task that it claimed to report on, which has no report yet then; or empty
-- Returns 1, or 0 if the message is not there any more. Cost O(1): it is the newest in its list.
local id = ARGV[8]
local removed
if KEYS[12] then
  removed = redis.call('LREM', KEYS[12], -1, ARGV[5])
else
  removed = redis.call('HDEL', READ, ARGV[5])
end
if removed == 0 then
  return 0
end
if KEYS[12] then
  -- A child may have died of it, which took it for a task.
  local _, task = look(ARGV[5])
  if task and tonumber(redis.call('HGET', DELIVERIES, task) or 0) > 0 then
    redis.call('HDEL', DELIVERIES, task)
  end
end
if id ~= '' then
  redis.call('HDEL', DONE, id)
  redis.call('HSETNX', DELIVERIES, id, 0)
end
redis.call('RPUSH', DEAD, ARGV[6])
redis.call('LTRIM', DEAD, -DEAD_MAX, -1)
note('dead_letter', 'list', KEYS[12] or READ, 'reason', ARGV[7])
keep(DEAD, DELIVERIES)
return 1
