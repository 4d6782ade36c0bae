-- The beginning of the scripts that add or finish entries: put in front of the others, which go on
-- from here.
-- KEYS 1 the stream  2 its dead letters  3 what is remembered about it
-- ARGV 1 the request's line  2 its number in the line
-- Returns, for a request that changed something before, what was returned then, and changes
-- nothing; an error for one that came too late. Cost O(1), and that of `retain` where it is called.
local STREAM, DEAD, META = KEYS[1], KEYS[2], KEYS[3]
local LINE, NUMBER = 'request ' .. ARGV[1], ARGV[2]

-- How long the line of a client that is silent is remembered, s: longer than any deadline.
local SILENCE_MAX = 3600
-- The most that is looked at for trimming in one call: nobody else is served meanwhile.
local TRIM_MAX, TRIM_BYTES_MAX = 100, 65536

local time = redis.call('TIME')

-- What this request returned when it was executed.
local answered
local before = redis.call('HGET', META, LINE)
if before then
  local number, reply = string.match(before, '^(%d+) %d+ (.*)$')
  if number == NUMBER then
    answered = reply
  elseif tonumber(number) > tonumber(NUMBER) then
    return redis.error_reply('STALE a later request of its line came before this one')
  end
end

-- Now and then a few lines are looked at, so that those of clients that are gone do not pile up.
local function remember(reply)
  redis.call('HSET', META, LINE, NUMBER .. ' ' .. time[1] .. ' ' .. reply)
  if NUMBER % 32 == 1 then
    local some = redis.call('HRANDFIELD', META, 4, 'WITHVALUES')
    for i = 1, #some, 2 do
      local last = string.match(some[i], '^request ') and string.match(some[i + 1], '^%d+ (%d+)')
      if last and time[1] - last > SILENCE_MAX then
        redis.call('HDEL', META, some[i])
      end
    end
  end
  return reply
end

-- Whether one id comes after another. Compared as digits: doubles have too few bits for 64.
local function is_after(one, other)
  local a, b = string.match(one, '^(%d+)-(%d+)$')
  local c, d = string.match(other, '^(%d+)-(%d+)$')
  local x, y = a, c
  if a == c then
    x, y = b, d
  end
  return #x > #y or (#x == #y and x > y)
end

-- How far each group has come: all up to `last` was delivered to it, all from `first` on, if there
-- is such, may be pending.
local function read_groups()
  local groups = {}
  for _, facts in ipairs(redis.call('XINFO', 'GROUPS', STREAM)) do
    local group = {}
    for i = 1, #facts, 2 do
      group[facts[i]] = facts[i + 1]
    end
    local pending = group.pending > 0
      and redis.call('XPENDING', STREAM, group.name, '-', '+', 1)[1]
    groups[#groups + 1] = {last = group['last-delivered-id'], first = pending and pending[1]}
  end
  return groups
end

local function is_finished(id, groups, unread)
  for _, group in ipairs(groups) do
    if is_after(id, group.last) or (group.first and not is_after(group.first, id)) then
      return false
    end
  end
  return unread or #groups > 0
end

local function bytes_of(words)
  local bytes = 0
  for _, word in ipairs(words) do
    bytes = bytes + #word
  end
  return bytes
end

-- Removes the oldest entries, as long as they are more than `surplus`, or older than `cutoff` (ms),
-- and every group has finished them. From the end only, so that the groups' lag stays exact.
-- Returns how many.
local function trim(surplus, cutoff, unread)
  local gone, bytes, from, count, more = 0, 0, '-', 1, true
  local groups
  while more and gone < TRIM_MAX and bytes < TRIM_BYTES_MAX and (cutoff or gone < surplus) do
    local page = redis.call('XRANGE', STREAM, from, '+', 'COUNT', count)
    more = #page == count
    for _, entry in ipairs(page) do
      local id = entry[1]
      local goes = gone < surplus or (cutoff and tonumber(string.match(id, '^%d+')) < cutoff)
      groups = goes and (groups or read_groups())
      if not goes or not is_finished(id, groups, unread) then
        more = false
        break
      end
      gone, bytes, from = gone + 1, bytes + bytes_of(entry[2]), '(' .. id
    end
    count = 2 * count
  end
  if gone > 0 then
    redis.call('XTRIM', STREAM, 'MAXLEN', redis.call('XLEN', STREAM) - gone)
  end
  return gone
end

-- How much is kept: 'all', 'count' or 'age', how many or ms, how many entries there may be (0: any
-- number), 1 if a stream without groups is trimmed, too.
local ALL = 'all 0 0 0'

local function read_retention(text)
  local kind, amount, capacity, unread = string.match(text, '^(%a+) (%d+) (%d+) ([01])$')
  return {
    kind = kind,
    amount = tonumber(amount),
    capacity = tonumber(capacity),
    unread = unread == '1'
  }
end

-- Trims the stream as it was said, a bounded number of entries in one call.
local function retain(retention)
  if retention.kind == 'count' then
    local surplus = redis.call('XLEN', STREAM) - retention.amount
    if surplus > 0 then
      trim(surplus, nil, retention.unread)
    end
  elseif retention.kind == 'age' then
    trim(0, time[1] * 1000 + time[2] / 1000 - retention.amount, retention.unread)
  end
end
