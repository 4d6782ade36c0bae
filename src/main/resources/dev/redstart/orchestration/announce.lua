-- Appends messages to a list and tells a channel of each.
-- KEYS 1 the list
-- ARGV 1 the channel, and then for each message: the message itself, what the channel is told
-- Returns the length of the list, how many heard of it in all, and why the channel could not be
--         told, or ''. With an error, nothing was appended: only the first RPUSH can have one.
-- Cost O(messages).
local length, heard, trouble = 0, 0, ''
for i = 2, #ARGV, 2 do
  length = redis.call('RPUSH', KEYS[1], ARGV[i])
end
for i = 3, #ARGV, 2 do
  local told = redis.pcall('PUBLISH', ARGV[1], ARGV[i])
  if type(told) == 'table' then
    trouble = told.err
  else
    heard = heard + told
  end
end
return {length, heard, trouble}
