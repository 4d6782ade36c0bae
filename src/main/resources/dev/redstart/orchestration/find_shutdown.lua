-- Looks for a shutdown among the first messages of a list, and changes nothing.
-- KEYS 1 the list
-- ARGV 1 the index to begin at
-- Returns index and message of the first that seems to be one; nil if there is none.
-- Cost O(messages looked at), at most LOOK_MAX.
local LOOK_MAX = 1000

for i = tonumber(ARGV[1]), LOOK_MAX - 1 do
  local raw = redis.call('LINDEX', KEYS[1], i)
  if not raw then
    return nil
  end
  -- Most are something else, and need not be read for that.
  if string.find(raw, 'shutdown', 1, true) then
    local sound, message = pcall(cjson.decode, raw)
    if sound and type(message) == 'table' and message.type == 'shutdown' then
      return {i, raw}
    end
  end
end
return nil
