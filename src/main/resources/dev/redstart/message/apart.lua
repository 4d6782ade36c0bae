-- Keeps content that is too large for its message, for the scripts that do: put in front of them.
-- KEYS none of its own
-- ARGV none of its own
-- Returns nothing. Cost O(size) for `keep_apart`.

-- Whether the key is free, or this message's own.
local function is_ours(key, message)
  local owner = redis.call('HGET', key, 'message_id')
  return not owner or owner == message
end

-- Fields and values stand in ARGV from a position on.
local function keep_apart(key, message, ttl, first)
  if redis.call('EXISTS', key) == 1 then
    redis.call('DEL', key)
  end
  redis.call('HSET', key, 'message_id', message, 'created_at', today, unpack(ARGV, first))
  redis.call('PEXPIRE', key, ttl)
end
