-- The whole message at one moment. Changes nothing.
-- KEYS 1 the message  2 its text while it grows
-- ARGV none
-- Returns {all fields, the text unless it is among them, 1 if its producer is gone}; no fields if
-- there is no such message. Cost O(size).
local lease, status = unpack(redis.call('HMGET', KEYS[1], 'lease', 'status'))
local token, fail_at = string.match(lease or '', '^(%S*) %d+ (%d+)')
local over = status == 'streaming' and token and token ~= '' and now >= tonumber(fail_at)
return {redis.call('HGETALL', KEYS[1]), redis.call('GET', KEYS[2]), over and 1 or 0}
