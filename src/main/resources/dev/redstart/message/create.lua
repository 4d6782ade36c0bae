-- Makes a message, unless there is one.
-- KEYS see message.lua; and on a single server 5 the session's messages  6 the session
-- ARGV 9 message id  10 role  11 its parent's id, or empty  12 metadata as JSON
--      13 time to live of the session, ms
-- Returns {'created' or 'loaded', all fields, the text unless it is among them, 1 if its producer
-- is gone}; {'other', session id} if it belongs to another session; {'closed'} if the session is.
-- May be repeated. Cost O(length of what there is).
if session and session ~= SESSION then
  return {'other', session}
elseif session then
  return {'loaded', redis.call('HGETALL', MESSAGE), redis.call('GET', TEXT),
    is_abandoned() and 1 or 0}
end
if KEYS[5] and not enlist(KEYS[5], KEYS[6], ARGV[9], false, ARGV[13]) then
  return {'closed'}
end
-- What is left where somebody deleted the hash only.
redis.call('DEL', TEXT, STREAM, REQUESTS)
id, session, status = ARGV[9], SESSION, 'streaming'
local parent = ARGV[11] ~= '' and ',"parent_message_id":"' .. ARGV[11] .. '"' or ''
emit('message_start', '{"role":"' .. ARGV[10] .. '"' .. parent .. '}')
redis.call('HSET', MESSAGE, 'message_id', id, 'session_id', SESSION, 'role', ARGV[10],
  'status', status, 'is_complete', 'false', 'text_key', TEXT, 'parent_message_id', ARGV[11],
  'metadata', ARGV[12], 'created_at', today, 'open_tasks', '', 'content_ids', '')
save()
return {'created', redis.call('HGETALL', MESSAGE), false, 0}
