-- Gives a run a producer: from now on it is abandoned if its lease is not renewed in time.
-- KEYS, ARGV 1-4 see run.lua
-- ARGV 5 the producer's token  6 how long its lease is, ms  7 '1' if it has been given the lease
--      before, and renews it
-- Returns 'held' if it has the lease now; 'lost' if there is none of this token to renew; 'taken'
-- if another producer has one; else the state of a run that takes no more events, with id, sequence
-- and action of its end if it was closed. May be repeated. Cost O(1).
local TOKEN, SPAN, RENEWS = ARGV[5], ARGV[6], ARGV[7] == '1'

if ended or state() == 'expired' then
  return state() .. ' ' .. (ended or '')
end
local ours = lease and string.match(lease, '^%S+') == TOKEN
if RENEWS and not ours then
  return 'lost'
elseif lease and not ours then
  return 'taken'
end
redis.call('HSET', META, 'lease', TOKEN .. ' ' .. text(now + SPAN) .. ' ' .. SPAN)
keep(TTL_OPEN)
if not RENEWS then
  -- Those who follow have to know when to look again.
  hint(CHANNEL)
end
return 'held'
