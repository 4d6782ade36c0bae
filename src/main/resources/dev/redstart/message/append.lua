-- Appends to the text; with nothing to append, only looks at the message and renews the lease.
-- KEYS see message.lua
-- ARGV 9 where it begins, bytes of UTF-8; or empty: at the end, wherever that is  10 what is
--      appended  11 the most bytes that a text may have
-- Returns as known.lua says; also 'conflict', if other bytes are there, or 'full'. The same bytes
-- at the same place are 'repeated'. Cost O(length of what is appended), whatever there is.
local offset, delta = tonumber(ARGV[9]), ARGV[10]
local length = bytes()
if offset and offset ~= length then
  local there = delta ~= '' and offset < length
    and redis.call('GETRANGE', TEXT, offset, offset + #delta - 1)
  return answer(there == delta and 'repeated' or 'conflict')
elseif delta == '' then
  keep()
  return {'applied', status, length, ''}
elseif length + #delta > tonumber(ARGV[11]) then
  return answer('full')
end
redis.call('APPEND', TEXT, delta)
emit('text_delta', '{"delta":' .. quoted(delta) .. ',"offset":' .. length .. '}')
return done('applied')
