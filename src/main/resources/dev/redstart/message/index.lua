-- Enters messages in a session's list, for the scripts that do: put in front of them.
-- KEYS none of its own
-- ARGV none of its own
-- Returns nothing. Cost O(log n) for `enlist`.

-- Whether it is in the list now; false if the session is closed. `polite`: only if it is not there.
local function enlist(index, owner, message, polite, ttl)
  if redis.call('HGET', owner, 'status') == 'closed' then
    return false
  end
  local score = time[1] .. '.' .. string.format('%06d', time[2])
  if polite then
    redis.call('ZADD', index, 'NX', score, message)
  else
    redis.call('ZADD', index, score, message)
  end
  redis.call('PEXPIRE', index, ttl)
  redis.call('PEXPIRE', owner, ttl)
  return true
end
