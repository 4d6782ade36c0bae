-- The beginning of the scripts that write to a message: put in front of them, behind message.lua.
-- KEYS see message.lua
-- ARGV see message.lua
-- Returns {'gone'} when there is no such message (any more), and nothing was touched; for a request
-- that was answered, the same answer; an error for one that came too late. Otherwise {result,
-- status, bytes of text, ids of content to renew}, result being 'applied', 'repeated', 'ended' (the
-- message), 'lost' (the lease), or as the script says. May be repeated. Cost O(1).
if session ~= SESSION or not status then
  return {'gone'}
end
local before = LINE ~= '' and redis.call('HGET', REQUESTS, LINE)
if before then
  local number, result, state, length = string.match(before, '^(%d+) %d+ (%S+) (%S+) (%d+)$')
  if number == NUMBER then
    return {result, state, tonumber(length), ''}
  elseif tonumber(number) > tonumber(NUMBER) then
    return redis.error_reply('STALE a later request of its line came before this one')
  end
end
if status ~= 'streaming' then
  return answer('ended')
elseif TOKEN ~= '' and TOKEN ~= token then
  return answer('lost')
elseif TOKEN ~= '' then
  hold(TOKEN, now, tonumber(lease_millis), tonumber(grace_millis))
end
