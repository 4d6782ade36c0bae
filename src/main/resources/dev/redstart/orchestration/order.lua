-- Put behind session.lua for the scripts that put tasks into lists: in the order of their priority,
-- 1 first, and of their coming. Lists stay lists: whoever takes from the left gets the most urgent.
-- A list that others have RPUSHed to may be in another order: then a place between two that fit.
-- KEYS and ARGV are those of the script that follows. Returns nothing by itself.


-- What is no task counts as more urgent than any.
local function priority_of(raw)
  -- As our messages end: it saves reading the whole.
  local said = string.match(string.sub(raw, -50), '"priority":([1-5]),"timeout":[^{}"]+}$')
  if said then
    return tonumber(said)
  end
  local kind, _, message = look(raw)
  if kind ~= 'task' then
    return 0
  end
  return math.min(math.max(tonumber(message.priority) or 3, 1), 5)
end

-- How much this call has looked at, in elements passed or hundreds of bytes: after so much, whoever
-- inserts many leaves the rest for another call.
local effort = 0
local EFFORT_MAX = 100000

local function priority_at(list, index)
  local raw = redis.call('LINDEX', list, index)
  effort = effort + #raw / 100
  return priority_of(raw)
end

-- What this call has put at the end of each list: so it need not look there again.
local ends = {}

-- Behind the last shutdown that we have put there, nothing goes before it.
local function begin_of(list)
  local shutdown = redis.call('HGET', STATE, 'shutdown ' .. list)
  local place = shutdown and redis.call('LPOS', list, shutdown, 'RANK', -1)
  if shutdown and not place then
    redis.call('HDEL', STATE, 'shutdown ' .. list)
  end
  return place and place + 1 or 0
end

-- Cost O(1) when nothing at the end is less urgent, else O(log length) looks and one LINSERT.
local function insert(list, priority, raw)
  local length = redis.call('LLEN', list)
  local last = length == 0 and 0 or ends[list] or priority == 5 and 5 or priority_at(list, -1)
  if last <= priority then
    redis.call('RPUSH', list, raw)
    ends[list] = priority
    return
  end
  local low, high = begin_of(list), length - 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if priority_at(list, middle) <= priority then
      low = middle + 1
    else
      high = middle
    end
  end
  redis.call('LINSERT', list, 'BEFORE', redis.call('LINDEX', list, low), raw)
  effort = effort + low
end
