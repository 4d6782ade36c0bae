-- Gives a child's number to a process. A former holder of the number loses it, and what it held
-- goes back to the head of the child's tasks, as after its death.
-- KEYS 12 the child's task list  13 its taken list  14 its list of reports
-- ARGV 5 the child's number  6 the message for the monitor channel
-- Returns the holder's mark, by which the other scripts know this process.
-- Cost O(what the former holder held), which is one task, and at most 100.
local TASKS, TAKEN, REPORTS = KEYS[12], KEYS[13], KEYS[14]
local child = ARGV[5]

for _ = 1, STEPS_MAX do
  if held(TAKEN) <= 0 then
    break
  end
  again(redis.call('RPOP', TAKEN), child, TASKS, REPORTS)
end
local first = redis.call('LINDEX', TAKEN, 0)
local mark = HOLDER .. redis.call('HINCRBY', STATE, 'holders', 1)
if first and string.sub(first, 1, #HOLDER) == HOLDER then
  redis.call('LSET', TAKEN, 0, mark)
else
  redis.call('LPUSH', TAKEN, mark)
end
redis.call('ZADD', CHILDREN, clock() + lease, child)
note('child_started', 'child_id', child)
publish('status:' .. child, ARGV[6])
keep(CHILDREN)
return mark
