-- What the scripts of a message have in common: put in front of them, behind clock.lua and the
-- live tail's tail.lua.
-- KEYS 1 the message  2 its text while it grows  3 its events  4 the requests that were answered
-- ARGV 1 session id  2 time to live, ms  3 events kept  4 the request's line, or empty
--      5 its number  6 the producer's token, or empty  7 time to live of content stored apart, ms
--      8 the channel on which events are told
-- Returns nothing. Cost O(1).
local MESSAGE, TEXT, STREAM, REQUESTS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local SESSION, TTL, KEPT, LINE, NUMBER, TOKEN, CONTENT_TTL, CHANNEL = unpack(ARGV, 1, 8)

-- Up to here the text of a message that has ended is moved into its hash, where HGETALL shows it.
local TEXT_IN_HASH_MAX = 1048576
-- A line of requests that was silent for so long is forgotten, s: longer than any deadline.
local SILENCE_MAX, LINES_MAX = 3600, 256

local session, status, last, id, lease, open_tasks, content_due, text_bytes = unpack(
  redis.call('HMGET', MESSAGE, 'session_id', 'status', 'last_event_id', 'message_id', 'lease',
    'open_tasks', 'content_due', 'text_bytes'))

-- The lease of the one that produces the message: its token, until when it holds, until when the
-- message waits for another one before it fails, and how long both are, ms.
local token, held_until, fail_at, lease_millis, grace_millis = '', 0, 0, 0, 0
if lease then
  token, held_until, fail_at, lease_millis, grace_millis =
    string.match(lease, '^(%S*) (%d+) (%d+) (%d+) (%d+)$')
end

local changes = {}

local function set(name, value)
  changes[#changes + 1] = name
  changes[#changes + 1] = value
end

local function hold(holder, from, millis, grace)
  token, held_until, fail_at = holder, from + millis, from + millis + grace
  lease_millis, grace_millis = millis, grace
  set('lease', string.format('%s %.0f %.0f %.0f %.0f', holder, held_until, fail_at, millis, grace))
end

local function quoted(text)
  -- The library escapes slashes, too, which is allowed and ugly.
  return (string.gsub(cjson.encode(text), '\\/', '/'))
end

local function millis_of(entry)
  return tonumber(string.match(entry, '^(%d+)-'))
end

local function sequence_of(entry)
  return tonumber(string.match(entry, '-(%d+)$'))
end

-- Adds an event. The second half of its id is its sequence number, so that whoever has an id knows
-- how many came before it.
local function emit(kind, payload)
  local sequence = last and sequence_of(last) + 1 or 1
  local millis = last and math.max(now, millis_of(last)) or now
  local entry = string.format('%.0f-%.0f', millis, sequence)
  local fields = {'event_type', kind, 'message_id', id, 'session_id', SESSION,
    'sequence', string.format('%.0f', sequence), 'payload', payload, 'timestamp', today}
  local added = redis.pcall('XADD', STREAM, 'MAXLEN', KEPT, entry, unpack(fields))
  if type(added) == 'table' then
    -- Somebody else wrote to this stream, under a greater id.
    local facts = redis.call('XINFO', 'STREAM', STREAM)
    for i = 1, #facts, 2 do
      if facts[i] == 'last-generated-id' then
        entry = string.format('%.0f-%.0f', millis_of(facts[i + 1]) + 1, sequence)
      end
    end
    redis.call('XADD', STREAM, 'MAXLEN', KEPT, entry, unpack(fields))
  end
  tell(CHANNEL, last or '0-0', entry, fields)
  last = entry
end

local function renew()
  for i = 1, 4 do
    redis.call('PEXPIRE', KEYS[i], TTL)
  end
end

local function keep()
  -- First, for Redis allows this when its memory is full, and then what follows, too: a producer
  -- stays alive. What makes the message larger has been done, or refused, before.
  renew()
  if #changes > 0 then
    redis.call('HSET', MESSAGE, unpack(changes))
  end
end

local function save()
  set('last_event_id', last)
  set('updated_at', today)
  keep()
end

local function bytes()
  return text_bytes and tonumber(text_bytes) or redis.call('STRLEN', TEXT)
end

-- Content stored apart may live in another slot, so whoever writes renews it, now and then: its
-- ids, if it is time.
local function due()
  if not content_due or now < tonumber(content_due) then
    return ''
  end
  set('content_due', string.format('%.0f', now + CONTENT_TTL / 4))
  return redis.call('HGET', MESSAGE, 'content_refs')
end

-- What became of a request that changed nothing.
local function answer(result)
  return {result, status, bytes(), ''}
end

-- What became of one that did.
local function done(result)
  local content, length = due(), bytes()
  if LINE ~= '' then
    redis.call('HSET', REQUESTS, LINE, NUMBER .. ' ' .. time[1] .. ' ' .. result .. ' '
      .. status .. ' ' .. string.format('%.0f', length))
    if redis.call('HLEN', REQUESTS) > LINES_MAX then
      local some = redis.call('HRANDFIELD', REQUESTS, 4, 'WITHVALUES')
      for i = 1, #some, 2 do
        if time[1] - string.match(some[i + 1], '^%d+ (%d+)') > SILENCE_MAX then
          redis.call('HDEL', REQUESTS, some[i])
        end
      end
    end
  end
  save()
  return {result, status, length, content}
end

-- A task as it is kept, in another state.
local function changed(task, state, progress, more)
  local old, rest = string.match(task, '^{"status":"%l+","progress":([^,]+),(.*)}$')
  return '{"status":"' .. state .. '","progress":' .. (progress or old) .. ',' .. rest .. more
    .. '}'
end

local function progress_of(task)
  return string.match(task, '"progress":([^,]+)')
end

-- Ends the message, and its open tasks with it. `reason`: of a failure, as JSON, or empty.
local function finish(how, reason)
  -- So that a message can end when the memory of Redis is full: see `keep`.
  renew()
  for task in string.gmatch(open_tasks or '', '%S+') do
    local known = redis.call('HGET', MESSAGE, 'task:' .. task)
    set('task:' .. task, changed(known, 'cancelled', nil, ''))
    emit('task_failed', '{"task_id":"' .. task .. '","status":"cancelled","progress":'
      .. progress_of(known) .. '}')
  end
  local error_member = reason == '' and '' or ',"error":' .. reason
  if how == 'failed' then
    emit('error', '{' .. string.sub(error_member, 2) .. '}')
  end
  status = how
  emit('message_end', '{"status":"' .. how .. '"' .. error_member .. '}')
  text_bytes = redis.call('STRLEN', TEXT)
  set('text_bytes', text_bytes)
  set('status', how)
  set('is_complete', 'true')
  set('error', reason)
  set('open_tasks', '')
  if text_bytes <= TEXT_IN_HASH_MAX then
    set('text', redis.call('GET', TEXT) or '')
    redis.call('DEL', TEXT)
    redis.call('HDEL', MESSAGE, 'text_key')
  end
end

-- Whether the message has lost its producer, and waited long enough for another one.
local function is_abandoned()
  return status == 'streaming' and token ~= '' and now >= tonumber(fail_at)
end

local ABANDONED = '"the producer is gone"'
