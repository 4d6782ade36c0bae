-- Hands a message to a child, shows it to whoever watches, and renews the session.
-- KEYS 12 the child's task list
-- ARGV 3 the message  4 its task id, empty if it is no task  5 the child's number
--      6 the event for the status stream
-- Returns the length of the list. A task that was sent before (its id is known) is not sent again,
-- so that this script may be repeated. Cost O(1).
local TASKS = KEYS[12]
local message, id, child, event = ARGV[3], ARGV[4], ARGV[5], ARGV[6]

if id ~= '' then
  if redis.call('HEXISTS', DONE, id) == 1 or redis.call('HSETNX', DELIVERIES, id, 0) == 0 then
    return redis.call('LLEN', TASKS)
  end
end
local length = redis.call('RPUSH', TASKS, message)
note(event, 'child_id', child, 'task_id', id)
publish(TASKS, message)
keep(DELIVERIES, STATUS)
return length
