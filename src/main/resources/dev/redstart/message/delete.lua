-- Deletes a message. Who follows it is told to look.
-- KEYS see message.lua
-- ARGV see message.lua
-- Returns {1 if there was one, the ids of its content that is kept apart}; a message of another
-- session stays. May be repeated.
-- Cost O(1) here; the memory is freed elsewhere.
if session and session ~= SESSION then
  return {0, ''}
end
local refs = redis.call('HGET', MESSAGE, 'content_refs') or ''
local deleted = redis.call('UNLINK', MESSAGE, TEXT, STREAM, REQUESTS) > 0 and 1 or 0
hint(CHANNEL)
return {deleted, refs}
