-- Hands messages to children, shows them to whoever watches, and renews the session.
-- KEYS 12... the task lists that are meant
-- ARGV 5 the event for the status stream  6 a channel that children listen to, or empty
--      7 the id of a task that must be known, or nothing is done; or empty; then for each message,
--      a hundred at most: which of these lists (from 1), the child's number, its task id (empty if
--      it is no task), its place (a task's priority, 'first' or 'last'), itself
-- Returns how many messages it has seen to, the first ones (the rest is for another call if that
-- was much work), and the ids of those tasks that have been reported on. A task that was sent
-- before (its id is known) is not sent again: for tasks, this script may be repeated.
-- Cost O(number of messages), see order.lua.
local event, wake, before = ARGV[5], ARGV[6], ARGV[7]
local answer = {0}

local function is_known(id)
  return redis.call('HEXISTS', DELIVERIES, id) == 1 or redis.call('HEXISTS', DONE, id) == 1
end

local function is_new(id)
  if id == '' then
    return true
  end
  if redis.call('HEXISTS', DONE, id) == 1 then
    answer[#answer + 1] = id
    return false
  end
  return redis.call('HSETNX', DELIVERIES, id, 0) == 1
end

if before ~= '' and not is_known(before) then
  return answer
end
for i = 8, #ARGV, 5 do
  if effort > EFFORT_MAX then
    break
  end
  answer[1] = answer[1] + 1
  local list, id, place, message = KEYS[OWN + ARGV[i]], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  if is_new(id) then
    if place == 'first' then
      redis.call('LPUSH', list, message)
    elseif place == 'last' then
      redis.call('RPUSH', list, message)
      redis.call('HSET', STATE, 'shutdown ' .. list, message)
    else
      insert(list, tonumber(place), message)
    end
    note(event, 'child_id', ARGV[i + 1], 'task_id', id)
    publish(list, message)
  end
end
if wake ~= '' then
  redis.call('PUBLISH', wake, event)
end
keep(DELIVERIES)
return answer
