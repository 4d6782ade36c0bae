-- Says how far a task has come, or how it ended, which is then for ever.
-- KEYS see block.lua
-- ARGV 9 task id  10 its status  11 its progress, JSON  12 what went wrong, JSON, or empty
--      13 the id of the block that is its result, or empty  14 the block, JSON  15 the payload of
--      its event, JSON  16 '1' if its data is kept apart  17... the fields and values of that
-- Returns as known.lua says; also 'no_task', 'task_ended', or 'conflict' if another message has
-- content of this id. Cost O(size of the task and the block).
local task, state, progress, reason, block = unpack(ARGV, 9, 13)
local EVENTS = {processing = 'task_progress', completed = 'task_completed',
  failed = 'task_failed', cancelled = 'task_failed'}
local known = redis.call('HGET', MESSAGE, 'task:' .. task)
if not known then
  return answer('no_task')
elseif string.sub(known, 1, 22) ~= '{"status":"processing"' then
  return answer('task_ended')
end
local trouble = block ~= '' and obstacle('')
if trouble then
  return answer(trouble)
end
local error_member = reason == '' and '' or ',"error":' .. reason
set('task:' .. task, changed(known, state, progress, error_member))
if state ~= 'processing' then
  local still = {}
  for other in string.gmatch(open_tasks, '%S+') do
    still[#still + 1] = other ~= task and other or nil
  end
  set('open_tasks', table.concat(still, ' '))
end
emit(EVENTS[state], '{"task_id":"' .. task .. '","status":"' .. state .. '","progress":' .. progress
  .. (block == '' and '' or ',"content_id":"' .. block .. '"') .. error_member .. '}')
if block ~= '' then
  local new = put(block, ARGV[14], ARGV[16] == '1', 17)
  emit(new and 'content_added' or 'content_updated', ARGV[15])
end
return done('applied')
