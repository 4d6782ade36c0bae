-- Looks at a page of a group's pending entries, and takes over those whose consumer has given no
-- sign of life for the time of a lease. What was deleted from the stream is forgotten; what was
-- delivered too often goes to the dead letters.
-- KEYS 1 the stream  2 its dead letters
-- ARGV 1 group  2 consumer  3 lease, ms  4 deliveries at most  5 where the page begins ('-', '(id')
--      6 how many entries to take at most  7 '1': in order
-- Returns where the next page begins, or nothing if this was the last one; in how many ms the next
-- one of these entries is due, -1 if none will be; 1 if the consumer has one of its own that is
-- overdue; how many entries are in other hands, or nobody's, after this; how many dead letters;
-- then for each entry taken its id, its delivery, its words. An error if there is no such group.
-- Cost O(log n) for each of at most 100 entries.
local STREAM, GROUP, CONSUMER = KEYS[1], ARGV[1], ARGV[2]
local LEASE, DELIVERIES_MAX, ROOM = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[6])
local IN_ORDER = ARGV[7] == '1'
local PAGE = 100

local page = redis.pcall('XPENDING', STREAM, GROUP, ARGV[5], '+', PAGE)
if page.err then
  return page
end

local from = #page == PAGE and '(' .. page[PAGE][1] or ''
local due, overdue, others, dead = -1, 0, 0, 0
local ids, deliveries = {}, {}

local function note(id, owner, count)
  if count < DELIVERIES_MAX then
    ids[#ids + 1] = id
    deliveries[id] = count + 1
    return true
  end
  local buried = bury(GROUP, id, owner, count,
    'not finished within its lease in the last of ' .. count .. ' deliveries')
  dead = dead + (buried and 1 or 0)
  return buried
end

-- For how long entries are their owners'. In order, whoever has one that is still his keeps all of
-- this page: with some of them gone he would go on with the others.
local left = {}
for _, pending in ipairs(page) do
  local whose = IN_ORDER and pending[2] or pending[1]
  left[whose] = math.max(left[whose] or 0, LEASE - pending[3])
end

for i, pending in ipairs(page) do
  local id, owner, idle, count = unpack(pending)
  local wait = left[IN_ORDER and owner or id]
  if owner == CONSUMER then
    overdue = idle >= LEASE and 1 or overdue
  elseif wait > 0 then
    others = others + 1
    due = due < 0 and wait or math.min(due, wait)
    if IN_ORDER then
      -- Nor is anything taken that comes behind it.
      from = ''
      break
    end
  elseif #ids == ROOM then
    others, due = others + 1, 0
    from = i > 1 and '(' .. page[i - 1][1] or ARGV[5]
    break
  elseif not note(id, owner, count) then
    others, due = others + 1, LEASE
  end
end

local reply = {from, due, overdue, others, dead}
if #ids > 0 then
  local taken = redis.call('XCLAIM', STREAM, GROUP, CONSUMER, 0, unpack(ids))
  for _, entry in ipairs(taken) do
    if entry then
      local id = entry[1]
      reply[#reply + 1] = id
      reply[#reply + 1] = deliveries[id]
      reply[#reply + 1] = entry[2]
      deliveries[id] = nil
    end
  end
  for id in pairs(deliveries) do
    redis.call('XACK', STREAM, GROUP, id)
  end
end
return reply
