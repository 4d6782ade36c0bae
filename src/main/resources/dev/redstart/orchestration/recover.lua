-- Finds children whose lease is over, and gives their work to those that live: what they had begun
-- to the heads of the shortest lists, in its old order; what waited to its place there. When nobody
-- lives it stays with the dead child. Also renews every key of the session.
-- KEYS 12... the task lists of all children, then their taken lists, then the lists of reports
-- ARGV 5 the number of children
-- Returns how many messages were moved, and 1 if there may be more to do at once.
-- Cost O(number of children + number of messages moved), at most 100 of the latter.
local count = tonumber(ARGV[5])
local now = clock()
local shared = #KEYS == OWN + 2 * count + 1
local steps = 0

local function tasks_of(child)
  return KEYS[OWN + child]
end

local function taken_of(child)
  return KEYS[OWN + count + child]
end

local function reports_of(child)
  return KEYS[OWN + 2 * count + (shared and 1 or child)]
end

local load, dead = {}, {}
local leases = redis.call('ZRANGE', CHILDREN, 0, -1, 'WITHSCORES')
for i = 1, #leases, 2 do
  local child, over = tonumber(leases[i]), tonumber(leases[i + 1])
  if over > now then
    load[child] = redis.call('LLEN', tasks_of(child)) + held(taken_of(child))
  else
    dead[#dead + 1] = child
    if over > 0 then
      redis.call('ZADD', CHILDREN, 0, child)
      note('child_lost', 'child_id', child)
    end
  end
end

local function shortest()
  local best
  for child, length in pairs(load) do
    if not best or length < load[best] or (length == load[best] and child < best) then
      best = child
    end
  end
  return best
end

local function tell(event, raw, from, to)
  local _, id = look(raw)
  note(event, 'task_id', id or '', 'from', from, 'child_id', to)
end

-- A shutdown was meant for this child alone: it stays.
local function move_waiting(child)
  local tasks, shutdowns = tasks_of(child), {}
  while steps < STEPS_MAX and effort < EFFORT_MAX do
    local raw = redis.call('LPOP', tasks)
    if not raw then
      break
    end
    steps = steps + 1
    if look(raw) == 'shutdown' then
      shutdowns[#shutdowns + 1] = raw
    else
      local target = shortest()
      insert(tasks_of(target), priority_of(raw), raw)
      load[target] = load[target] + 1
      tell('task_moved', raw, child, target)
    end
  end
  -- To the end, where the next call finds them last.
  for _, raw in ipairs(shutdowns) do
    redis.call('RPUSH', tasks, raw)
  end
  return #shutdowns
end

-- From the newest to the oldest, each to a head: the oldest comes first afterwards.
local function move_taken(child)
  while steps < STEPS_MAX and held(taken_of(child)) > 0 do
    steps = steps + 1
    local raw = redis.call('RPOP', taken_of(child))
    local target = look(raw) ~= 'shutdown' and shortest() or child
    if again(raw, child, tasks_of(target), reports_of(child)) then
      tell('task_returned', raw, child, target)
      if load[target] then
        load[target] = load[target] + 1
      end
    end
  end
end

local kept = 0
for _, child in ipairs(dead) do
  if shortest() then
    kept = kept + move_waiting(child)
  end
  move_taken(child)
end
redis.call('HSET', STATE, 'looked', now)
keep(unpack(KEYS, 1, OWN))
local isMuch = steps == STEPS_MAX and steps > kept or effort >= EFFORT_MAX
return {steps - kept, isMuch and 1 or 0}
