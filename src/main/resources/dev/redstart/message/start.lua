-- Starts a task, with a block that holds the place of its result.
-- KEYS see message.lua
-- ARGV 9 task id  10 its type  11 its other members, JSON without braces  12 the block's id
--      13 the block, JSON  14 the payload of its event, JSON
-- Returns as known.lua says; also 'conflict' if there is another task of this id, or 'full'.
-- Cost O(size of the task).
local task, kind = ARGV[9], ARGV[10]
local known = redis.call('HGET', MESSAGE, 'task:' .. task)
local described = '"content_id":"' .. ARGV[12] .. '","task_type":' .. kind .. ARGV[11]
if known then
  local same = string.find(known, described, 1, true)
  return answer(same and 'repeated' or 'conflict')
end
local trouble = obstacle(ARGV[12])
if trouble then
  return answer(trouble)
end
set('task:' .. task, '{"status":"processing","progress":0.0,' .. described .. '}')
set('open_tasks', with(open_tasks or '', task))
emit('task_started', '{"task_id":"' .. task .. '","task_type":' .. kind
  .. ',"status":"processing","progress":0.0' .. ARGV[11] .. '}')
put(ARGV[12], ARGV[13], false)
emit('content_added', ARGV[14])
return done('applied')
