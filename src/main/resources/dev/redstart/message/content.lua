-- Adds a content block, or replaces the one of the same id.
-- KEYS see block.lua
-- ARGV 9 its id  10 the block as the message keeps it, JSON  11 the event's payload, JSON
--      12 '1' if its data is kept apart  13... the fields and values of that
-- Returns as known.lua says; also 'conflict', if another message has content of this id, or 'full'.
-- Cost O(size of the block).
local trouble = obstacle(ARGV[9])
if trouble then
  return answer(trouble)
end
local new = put(ARGV[9], ARGV[10], ARGV[12] == '1', 13)
emit(new and 'content_added' or 'content_updated', ARGV[11])
return done('applied')
