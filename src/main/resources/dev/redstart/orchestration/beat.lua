-- Renews the lease of the process that holds a child's number.
-- KEYS 12 the child's task list  13 its taken list
-- ARGV 5 the child's number  6 the holder's mark
--      7 '1' if the child holds no task and is not taking one right now: strays are put back then
-- Returns 'replaced' if another process holds the number; otherwise 'alive', 1 if it is time that
-- somebody looks for dead children, and what lies at the head of the child's tasks if that is no
-- task: perhaps it is to stop at once. Cost O(1).
local TASKS, TAKEN = KEYS[12], KEYS[13]
local child, mark, idle = ARGV[5], ARGV[6], ARGV[7]

if redis.call('LINDEX', TAKEN, 0) ~= mark then
  return {'replaced'}
end
local now = clock()
local before = tonumber(redis.call('ZSCORE', CHILDREN, child) or 0)
redis.call('ZADD', CHILDREN, now + lease, child)
if before == 0 then
  note('child_back', 'child_id', child)
end
if idle == '1' then
  put_back_strays(TASKS, TAKEN)
end
keep(CHILDREN)
local looked = tonumber(redis.call('HGET', STATE, 'looked') or 0)
local due = now - looked >= math.min(lease, ttl / 4) and 1 or 0
if due == 1 then
  -- It is for this child to do; should it die before, for the next one after as long again.
  redis.call('HSET', STATE, 'looked', now)
end
local first = redis.call('LINDEX', TASKS, 0)
return {'alive', due, first and look(first) ~= 'task' and first or ''}
