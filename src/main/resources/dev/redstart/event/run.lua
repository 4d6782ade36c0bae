-- The beginning of the scripts of a run, behind stream/tail.lua: put in front of the others, which
-- go on from here. A run whose producer's lease is over is ended by whichever of them comes first.
-- KEYS 1 the events, a stream  2 what is known about the run, a hash
-- ARGV 1 the channel of those who follow  2 how many events are kept  3 how long a run is kept
--      that has not ended, ms  4 one that has, ms
-- Returns nothing by itself. Cost O(size of one event).
local STREAM, META = KEYS[1], KEYS[2]
local CHANNEL, KEPT, TTL_OPEN, TTL_ENDED = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

-- For so much longer than the run itself it is known that there was one, ms.
local MEMORY = 86400000
local ENDS = {completed = true, failed = true, cancelled = true, abandoned = true}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(number)
  return string.format('%.0f', number)
end

local function field(words, name)
  for i = 1, #words, 2 do
    if words[i] == name then
      return words[i + 1]
    end
  end
end

local function is_end(category, action)
  return category == 'lifecycle' and ENDS[action]
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

-- sequence: of the last event; last: its id; ended: id, sequence and action of the event that was
-- the end; lease: whose, until when, for how long; fixed: somebody said when the run expires;
-- mixed: others have added events, so that ids do not tell sequences.
local length = redis.call('XLEN', STREAM)
local facts = redis.call('HMGET', META, 'sequence', 'last', 'ended', 'lease', 'fixed', 'mixed')
local sequence, last, ended = tonumber(facts[1] or 0), facts[2], facts[3]
local lease, fixed, mixed = facts[4], facts[5], facts[6]
local is_there = length > 0 or redis.call('EXISTS', STREAM) == 1

local before, theirs = newest(STREAM, last)
if theirs then
  mixed = '1'
  sequence = math.max(sequence, tonumber(field(theirs, 'sequence') or 0) or 0,
    last and 0 or length)
  if is_end(field(theirs, 'event_category'), field(theirs, 'event_action')) then
    ended = before .. ' ' .. text(sequence) .. ' ' .. field(theirs, 'event_action')
  end
end

local function state()
  if is_there then
    return ended and 'closed' or 'open'
  end
  return sequence > 0 and 'expired' or lease and 'open' or 'unknown'
end

local function keep(ttl)
  if not fixed then
    redis.call('PEXPIRE', STREAM, ttl)
    redis.call('PEXPIRE', META, text(ttl + MEMORY))
  end
end

local function iso(ms)
  local floor = math.floor
  local days, s = floor(ms / 86400000), floor(ms / 1000) % 86400
  local era = floor((days + 719468) / 146097)
  local doe = days + 719468 - era * 146097
  local yoe = floor((doe - floor(doe / 1460) + floor(doe / 36524) - floor(doe / 146096)) / 365)
  local doy = doe - 365 * yoe - floor(yoe / 4) + floor(yoe / 100)
  local moon = floor((5 * doy + 2) / 153)
  local month = moon < 10 and moon + 3 or moon - 9
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ',
    yoe + era * 400 + (month <= 2 and 1 or 0), month, doy - floor((153 * moon + 2) / 5) + 1,
    floor(s / 3600), floor(s / 60) % 60, s % 60, ms % 1000)
end

-- The second part of an id is the event's sequence, so that it is known of events that are gone.
local function next_id()
  local ms, part = string.match(before, '^(%d+)-(%d+)$')
  if now > tonumber(ms) then
    return text(now) .. '-' .. text(sequence)
  end
  return (sequence > tonumber(part) and ms or text(ms + 1)) .. '-' .. text(sequence)
end

-- The event's id; an error if Redis has no room for it, and then nothing was changed.
local function append(category, action, data, agent_id, agent_type, agent_name, team_name)
  sequence = sequence + 1
  local words = {'timestamp', iso(now), 'sequence', text(sequence), 'event_category', category,
    'event_action', action, 'data', data, 'source_agent_id', agent_id, 'source_agent_type',
    agent_type, 'source_agent_name', agent_name, 'source_team_name', team_name}
  local id = redis.pcall('XADD', STREAM, 'MAXLEN', KEPT, next_id(), unpack(words))
  if type(id) == 'table' and string.find(id.err, 'equal or smaller', 1, true) then
    -- A greater id was there, and was deleted.
    mixed = '1'
    id = redis.pcall('XADD', STREAM, 'MAXLEN', KEPT, '*', unpack(words))
  end
  if type(id) == 'table' then
    sequence = sequence - 1
    return id
  end
  is_there, last = true, id
  redis.call('HSET', META, 'sequence', text(sequence), 'last', id)
  if mixed then
    redis.call('HSET', META, 'mixed', '1')
  end
  if is_end(category, action) then
    ended = id .. ' ' .. text(sequence) .. ' ' .. action
    redis.call('HSET', META, 'ended', ended)
    redis.call('HDEL', META, 'lease')
    lease = nil
  end
  keep(ended and TTL_ENDED or TTL_OPEN)
  tell(CHANNEL, before, id, words)
  return id
end

-- Without a lease, -1.
local lease_left = -1
if lease and not ended and state() == 'open' then
  local over, span = string.match(lease, ' (%d+) (%d+)$')
  lease_left = over - now
  if lease_left <= 0 then
    append('lifecycle', 'abandoned',
      '{"reason":"no sign of life of its producer for ' .. span .. ' ms"}', '', '', '', '')
  end
end
