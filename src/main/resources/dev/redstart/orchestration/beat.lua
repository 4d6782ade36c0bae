-- Renews the lease of the process that holds a child's number.
-- KEYS 12 the child's task list  13 its taken list
-- ARGV 3 the child's number  4 the holder's mark
--      5 '1' if the child holds no task and is not taking one right now: strays are put back then
-- Returns 'alive', or 'replaced' if another process holds the number. Cost O(1).
local TASKS, TAKEN = KEYS[12], KEYS[13]
local child, mark, idle = ARGV[3], ARGV[4], ARGV[5]

if redis.call('LINDEX', TAKEN, 0) ~= mark then
  return 'replaced'
end
local before = tonumber(redis.call('ZSCORE', CHILDREN, child) or 0)
redis.call('ZADD', CHILDREN, now + lease, child)
if before == 0 then
  note('child_back', 'child_id', child)
end
if idle == '1' then
  put_back_strays(TASKS, TAKEN)
end
keep(CHILDREN)
return 'alive'
