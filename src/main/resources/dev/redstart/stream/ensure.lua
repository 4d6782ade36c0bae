-- Makes a group, and an empty stream, unless there are such.
-- KEYS 1 the stream
-- ARGV 1 group  2 after which id it reads; '$' for what is added from now on
-- Returns 1 if it was made, 0 if there was one. May be repeated. Cost O(1).
local words = {'XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM'}
if ARGV[2] == '$' and redis.call('EXISTS', KEYS[1]) == 1 then
  local facts = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #facts, 2 do
    -- From 7.0 on. Without this, Redis does not know the lag of a group that begins here.
    if facts[i] == 'entries-added' then
      words[#words + 1] = 'ENTRIESREAD'
      words[#words + 1] = facts[i + 1]
    end
  end
end
local made = redis.pcall(unpack(words))
if made.err and string.find(made.err, 'BUSYGROUP', 1, true) then
  return 0
end
return made.err and made or 1
