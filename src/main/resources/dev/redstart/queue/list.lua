-- A page of one of the queue's sets, in order. Changes nothing.
-- KEYS see queue.lua
-- ARGV 4 which set, its number in KEYS  5 lowest and 6 highest score  7 how many
--      8 score and 9 member after which the page begins, empty for the first page
-- Returns for each: member, score, the task, its record, its last error; nil for what is missing.
-- Cost O(log n) for each on the page, O(log n * log n) to find where it begins.
local SET, LOW, HIGH, LIMIT = KEYS[tonumber(ARGV[4])], ARGV[5], ARGV[6], tonumber(ARGV[7])
local score, member = ARGV[8], ARGV[9]

-- By bytes, as sorted sets have it; Lua's own order depends on the locale.
local function is_after(one, other)
  for i = 1, math.min(#one, #other) do
    local a, b = string.byte(one, i), string.byte(other, i)
    if a ~= b then
      return a > b
    end
  end
  return #one > #other
end

-- The first index behind the place where the last page ended, whatever became of its last member.
local start = redis.call('ZCOUNT', SET, '-inf', '(' .. LOW)
if member ~= '' then
  local low = redis.call('ZCOUNT', SET, '-inf', '(' .. score)
  local high = redis.call('ZCOUNT', SET, '-inf', score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if is_after(redis.call('ZRANGE', SET, middle, middle)[1], member) then
      high = middle
    else
      low = middle + 1
    end
  end
  start = math.max(start, low)
end
local stop = math.min(start + LIMIT, redis.call('ZCOUNT', SET, '-inf', HIGH))
local page = {}
if start >= stop then
  return page
end
local flat = redis.call('ZRANGE', SET, start, stop - 1, 'WITHSCORES')
local with_seq = SET == READY or SET == SCHEDULED
for i = 1, #flat, 2 do
  local id = with_seq and string.sub(flat[i], 17) or flat[i]
  local record = redis.call('HGET', RECORDS, id)
  if with_seq and record and read(record).seq .. id ~= flat[i] then
    record = false
  end
  page[#page + 1] = flat[i]
  page[#page + 1] = flat[i + 1]
  page[#page + 1] = record and redis.call('HGET', TASKS, id)
  page[#page + 1] = record
  page[#page + 1] = record and redis.call('HGET', NOTES, 'error ' .. id)
end
return page
