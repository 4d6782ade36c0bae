-- How a session is at this moment. Changes nothing, and renews nothing.
-- KEYS 12... the task lists of all children, then their taken lists, then the lists of reports
-- ARGV 5 the number of children
-- Returns the time and the time to live, ms; reports that wait, reports read, tasks without a
-- report, tasks with one, dead letters; then for each child: 'absent', 'alive', 'lost' or
-- 'stopped', how many messages wait for it, and what it holds. Cost O(number of children).
local count = tonumber(ARGV[5])
local now = clock()
local waiting = 0
for i = OWN + 2 * count + 1, #KEYS do
  waiting = waiting + redis.call('LLEN', KEYS[i])
end
local found = {now, left, waiting, redis.call('HLEN', READ), redis.call('HLEN', DELIVERIES),
  redis.call('HLEN', DONE), redis.call('LLEN', DEAD)}

local function state_of(child)
  local over = tonumber(redis.call('ZSCORE', CHILDREN, child) or -1)
  if over < 0 then
    return 'absent'
  elseif over == 0 and redis.call('EXISTS', KEYS[OWN + count + child]) == 0 then
    return 'stopped'
  end
  return over > now and 'alive' or 'lost'
end

for child = 1, count do
  local taken = KEYS[OWN + count + child]
  found[#found + 1] = state_of(child)
  found[#found + 1] = redis.call('LLEN', KEYS[OWN + child])
  found[#found + 1] = held(taken) > 0 and redis.call('LINDEX', taken, -1) or ''
end
return found
