-- Reports on a task: counts only if the reporting process holds it, and nobody has reported on it.
-- KEYS 12 the child's task list  13 its taken list
-- ARGV 3 the child's number  4 the holder's mark  5 the task as it was taken  6 its id
--      7 the report  8 its status  9 its message id
-- Returns 'counted', 'duplicate' (there is a report already) or 'not_held'. The same report again
-- is 'counted' again and changes nothing, so that this script may be repeated. Cost O(1).
local TASKS, TAKEN = KEYS[12], KEYS[13]
local child, mark, task, id = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local report, status, outcome = ARGV[7], ARGV[8], ARGV[8] .. ' ' .. ARGV[9]

local holds = redis.call('LINDEX', TAKEN, 0) == mark
local had = holds and redis.call('LREM', TAKEN, -1, task) == 1
local before = redis.call('HGET', DONE, id)
if holds then
  redis.call('ZADD', CHILDREN, now + lease, child)
end
if had then
  -- It held one task, and is not taking another while it reports.
  put_back_strays(TASKS, TAKEN)
end
keep(CHILDREN)
if before then
  return before == outcome and 'counted' or 'duplicate'
elseif not had then
  return 'not_held'
end
redis.call('HSET', DONE, id, outcome)
redis.call('HDEL', DELIVERIES, id)
redis.call('RPUSH', REPORTS, report)
note('report', 'child_id', child, 'task_id', id, 'status', status)
publish(REPORTS, report)
keep(DONE, REPORTS, STATUS)
return 'counted'
