-- Adds an event; one that is an end closes the run.
-- KEYS, ARGV 1-4 see run.lua
-- ARGV 5 the request's line  6 its number in the line  7 category  8 action  9 data, as JSON
--      10-13 the source: agent's id, type, name, and its team's name
-- Returns 'added', the event's id, sequence and time, ms; or, for a run that takes no more, its
-- state, and id, sequence and action of its end if it was closed. A request that was answered
-- before is answered again, and adds nothing. Cost O(size of the event).
local LINE, NUMBER = 'request ' .. ARGV[5], ARGV[6]
-- How long the line of a client that is silent is remembered, s: longer than any deadline.
local SILENCE_MAX = 3600

local earlier = redis.call('HGET', META, LINE)
if earlier then
  local number, reply = string.match(earlier, '^(%d+) %d+ (.*)$')
  if number == NUMBER then
    return reply
  elseif tonumber(number) > tonumber(NUMBER) then
    return redis.error_reply('STALE a later request of its line came first: this was ignored')
  end
end
if ended or state() == 'expired' then
  return state() .. ' ' .. (ended or '')
end
local id = append(unpack(ARGV, 7, 13))
if type(id) == 'table' then
  return id
end
local reply = 'added ' .. id .. ' ' .. text(sequence) .. ' ' .. text(now)
redis.call('HSET', META, LINE, NUMBER .. ' ' .. time[1] .. ' ' .. reply)
-- Now and then a few lines are looked at, so that those of clients that are gone do not pile up.
if NUMBER % 32 == 1 then
  local some = redis.call('HRANDFIELD', META, 8, 'WITHVALUES')
  for i = 1, #some, 2 do
    local said = string.match(some[i], '^request ') and string.match(some[i + 1], '^%d+ (%d+)')
    if said and time[1] - said > SILENCE_MAX then
      redis.call('HDEL', META, some[i])
    end
  end
end
return reply
