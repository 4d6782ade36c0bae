-- Reports on a task: counts only if the reporting process holds it, and nobody has reported on it.
-- Then takes the next one, if that is wanted and there is one.
-- KEYS 12 the child's task list  13 its taken list  14 its list of reports
-- ARGV 5 the child's number  6 the holder's mark  7 the task as it was taken  8 its id
--      9 the report  10 its status  11 its message id  12 '1' to take the next task
-- Returns 'counted', 'duplicate' (there is a report already) or 'not_held', and the next message.
-- The same report again is 'counted' again and changes nothing, and the next message is the same:
-- this script may be repeated. Cost O(1).
local TASKS, TAKEN, REPORTS = KEYS[12], KEYS[13], KEYS[14]
local child, mark, task, id = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local report, status, outcome = ARGV[9], ARGV[10], ARGV[10] .. ' ' .. ARGV[11]

local holds = redis.call('LINDEX', TAKEN, 0) == mark
local had = holds and redis.call('LREM', TAKEN, -1, task) == 1
local before = redis.call('HGET', DONE, id)

local function verdict()
  if before then
    return (before == outcome or before == outcome .. ' read') and 'counted' or 'duplicate'
  elseif not had then
    return 'not_held'
  end
  redis.call('HSET', DONE, id, outcome)
  redis.call('HDEL', DELIVERIES, id)
  hand_in(REPORTS, report)
  note('report', 'child_id', child, 'task_id', id, 'status', status)
  return 'counted'
end

local said = verdict()
local following
if holds then
  if had or ARGV[12] == '1' then
    -- It held one task, and is not taking another while it reports.
    put_back_strays(TASKS, TAKEN)
  end
  following = ARGV[12] == '1' and redis.call('LMOVE', TASKS, TAKEN, 'LEFT', 'RIGHT')
end
renew(DONE)
live()
return {said, following or ''}
