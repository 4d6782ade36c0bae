-- Tells what was said in a conversation.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the context's id
-- Returns the messages, the oldest first. Cost O(size of the messages).
local key = conversation(ARGV[7])
return other(key, 'list') or redis.call('LRANGE', key, 0, -1)
