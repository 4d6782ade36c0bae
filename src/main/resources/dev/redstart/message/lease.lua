-- Gives a message to a producer, if no other one holds it; or takes it back.
-- KEYS see message.lua
-- ARGV 9 the new token, or empty: the caller's own is given back  10 lease  11 grace, both ms;
--      a lease of 0: as long as the producer before had it
-- Returns {'applied', lease in ms}, or as known.lua says, or {'held'} if another one holds it.
-- Cost O(1).
local millis, grace = tonumber(ARGV[10]), tonumber(ARGV[11])
if ARGV[9] == '' then
  -- As if the last sign of life had been a lease ago.
  hold(TOKEN, now - lease_millis, lease_millis, grace_millis)
elseif ARGV[9] ~= token and now < tonumber(held_until) or millis == 0 and token == '' then
  return {'held'}
elseif millis > 0 then
  hold(ARGV[9], now, millis, grace)
else
  hold(ARGV[9], now, tonumber(lease_millis), tonumber(grace_millis))
end
keep()
-- Readers have to know until when they may trust that it lives.
hint(CHANNEL)
return {'applied', tonumber(lease_millis)}
