-- Cancels a task: nothing that its run does is taken from then on.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the task's id  8 what nobody else says: by it a repetition is recognised
-- Returns 'done' and the task; 'over' and its state, if it is; 'missing'. Cost O(size of the task).
local ID, MARK = ARGV[7], ARGV[8]

local task = load(ID)
if task.wrong then
  return task.wrong
elseif not task.state then
  return {'missing'}
elseif task.canceled ~= MARK then
  if OVER[task.state] then
    return {'over', task.state}
  end
  local wrong = misplaced(task.context, task.state, 'CANCELED')
  if wrong then
    return wrong
  end
  -- First what Redis allows when its memory is full: then all else is allowed.
  redis.call('ZREM', RUNNING, ID)
  change(task, 'CANCELED', '')
  put(task, 'canceled', MARK)
  save(task, true)
end
return {'done', whole(task, -1, true)}
