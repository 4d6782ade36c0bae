-- A page of tasks, those first whose status is newest; of those that are equally new, by their
-- ids' bytes, the greatest first.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 their context, or nothing  8 their state, or nothing  9 how many at most  10 how many
--      messages of each  11 '1' with artifacts  12 no status older than this, ms, or -inf
--      13, 14 behind which place: when the status began, ms, and the id; nothing for the first page
--      15 about how many bytes
-- Returns how many there are in all; the place of the last one, nothing if no more follow; then
-- the id of each, and the task. Members whose tasks are gone are dropped. May be repeated. Cost
-- O(log n + size of the page).
local CONTEXT, STATE, COUNT, MESSAGES = ARGV[7], ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10])
local HAS_ARTIFACTS, OLDEST, MILLIS, ID, BYTES_MAX = ARGV[11] == '1', ARGV[12], ARGV[13], ARGV[14],
  tonumber(ARGV[15])
-- So many that are gone are passed over with one call.
local GONE_MAX = 500

local index = CONTEXT == '' and INDEX or PREFIX .. '{conv:' .. CONTEXT .. '}:tasks'
index = STATE == '' and index or index .. ':' .. STATE
local wrong = other(index, 'zset')
if wrong then
  return wrong
end

-- As Redis orders equal scores: the operator would go by the locale.
local function is_before(one, another)
  for i = 1, math.min(#one, #another) do
    local a, b = string.byte(one, i), string.byte(another, i)
    if a ~= b then
      return a < b
    end
  end
  return #one < #another
end

-- Where to go on, whether the task that was there last is still there or not.
local function rank_behind()
  if MILLIS == '' then
    return 0
  end
  local low = redis.call('ZCOUNT', index, '(' .. MILLIS, '+inf')
  local high = low + redis.call('ZCOUNT', index, MILLIS, MILLIS)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if is_before(redis.call('ZREVRANGE', index, middle, middle)[1], ID) then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

local function size(value)
  if type(value) ~= 'table' then
    return #tostring(value)
  end
  local sum = 0
  for _, one in ipairs(value) do
    sum = sum + size(one)
  end
  return sum
end

local function is_wanted(millis)
  return OLDEST == '-inf' or tonumber(millis) >= tonumber(OLDEST)
end

sweep(index, 25)
local rank, bytes, gone, found, last = rank_behind(), 0, 0, {0, '', ''}, false
local count = 0
local more = true
while more and count < COUNT and bytes < BYTES_MAX and gone < GONE_MAX do
  local member = redis.call('ZREVRANGE', index, rank, rank, 'WITHSCORES')
  more = #member > 0 and is_wanted(member[2])
  if more then
    local task = load(member[1])
    last = member
    if task.wrong then
      rank, gone = rank + 1, gone + 1
    elseif not task.state or (STATE ~= '' and task.state ~= STATE) then
      redis.call('ZREM', index, member[1])
      gone = gone + 1
    else
      local it = whole(task, MESSAGES, HAS_ARTIFACTS)
      found[#found + 1], found[#found + 2] = member[1], it
      rank, count, bytes = rank + 1, count + 1, bytes + size(it)
    end
  end
end
local next = redis.call('ZREVRANGE', index, rank, rank, 'WITHSCORES')
if last and #next > 0 and is_wanted(next[2]) then
  found[2], found[3] = last[2], last[1]
end
found[1] = redis.call('ZCOUNT', index, OLDEST, '+inf')
return found
