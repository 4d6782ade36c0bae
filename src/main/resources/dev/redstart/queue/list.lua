-- A page of one of the queue's sets, in order. Changes nothing.
-- KEYS see queue.lua
-- ARGV 4 which set, its number in KEYS  5 lowest and 6 highest score  7 how many
--      8 score and 9 member after which the page begins, empty for the first page
-- Returns 1 if there are more, or 0; then for each: member, score, the task, its record, its last
-- error; nil for what is missing.
-- Cost O(log n) for each on the page, O(log n * log n) to find where it begins.
local SET, LOW, HIGH, LIMIT = KEYS[tonumber(ARGV[4])], ARGV[5], ARGV[6], tonumber(ARGV[7])
local score, member = ARGV[8], ARGV[9]

-- No more than this, and one task: a client has to have room for the reply.
local PAGE_BYTES_MAX = 4194304

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
local stop = redis.call('ZCOUNT', SET, '-inf', HIGH)
if start >= stop then
  return {0}
end
local flat = redis.call('ZRANGE', SET, start, math.min(start + LIMIT, stop) - 1, 'WITHSCORES')
local with_seq = SET == READY or SET == SCHEDULED
local ids = {}
for i = 1, #flat, 2 do
  ids[(i + 1) / 2] = with_seq and string.sub(flat[i], 17) or flat[i]
end
local noted = redis.call('EXISTS', NOTES) == 1
local page, bytes = {0}, 0
for i, record in ipairs(records(ids)) do
  local member, at = flat[2 * i - 1], 5 * (i - 1) + 1
  if with_seq and record
      and string.match(record, '^%d+ %d+ %d+ [01] (%x+) ') ~= string.sub(member, 1, 16) then
    record = false
  end
  local task = record and redis.call('HGET', TASKS, ids[i])
  page[at + 1], page[at + 2], page[at + 3], page[at + 4] = member, flat[2 * i], task, record
  page[at + 5] = record and noted and redis.call('HGET', NOTES, 'error ' .. ids[i])
  page[1] = start + i < stop and 1 or 0
  bytes = bytes + #member + (task and #task or 0)
  if bytes >= PAGE_BYTES_MAX then
    break
  end
end
return page
