-- Takes a message, appends it to its conversation, and begins a run.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the message's id  8 the message, as JSON with its task and its context; nothing if its
--      context is not known  9 its task's id  10 its context's, or nothing  11 the run's token
--      12 '1' if the task is to be there  13 the id of a place to push to, or nothing  14 that
--      place, as JSON
-- Returns 'begun', with the context, the generation, and the task as it was before, if it was
-- there; 'known' and the message, if there is one of this id; 'context' and the context, for the
-- caller to come again with it; 'missing'; 'other' if the task is of another context; 'busy' and
-- its state if it does not wait for a message; 'many' if there are too many places. Only 'begun'
-- has changed anything. May be repeated. Cost O(size of the message, and of the task before).
local MESSAGE, SAID, ID, CONTEXT, TOKEN = ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local GOES_ON, PLACE, PLACE_JSON = ARGV[12], ARGV[13], ARGV[14]
local NAME = key_of_message(MESSAGE)

-- What was before is told from what there is now, so that it is told again when it is asked again.
local function begun(task)
  if not task.was then
    return {'begun', task.context, text(task.generation)}
  end
  local state, since, added, status = string.match(task.was, '^(%u+_?%u*) (%d+) (%d+) (.*)$')
  local before = whole(task, -1, true)
  before[2], before[3], before[4], before[7] = state, since, status, 0
  for _ = 1, tonumber(added) do
    before[8][#before[8]] = nil
  end
  return {'begun', task.context, text(task.generation), before}
end

local wrong = other(NAME, 'string')
if wrong then
  return wrong
end
local stored = redis.call('GET', NAME)
if stored then
  -- Only to see whose it is: what is written is never what was decoded.
  local readable, message = pcall(cjson.decode, stored)
  local id = readable and type(message) == 'table' and message.taskId
  if type(id) ~= 'string' then
    return redis.error_reply('UNREADABLE the key ' .. NAME .. ' holds no message of a task')
  end
  local earlier = load(id)
  if earlier.wrong then
    return earlier.wrong
  elseif earlier.there then
    return earlier.run == TOKEN and begun(earlier) or {'known', stored}
  end
end

local task = load(ID)
wrong = task.wrong
if not wrong and GOES_ON == '1' then
  if not task.state then
    return {'missing'}
  elseif CONTEXT == '' then
    return {'context', task.context}
  elseif CONTEXT ~= task.context then
    return {'other'}
  elseif not WAITS[task.state] or task.run then
    return {'busy', task.state}
  end
  wrong = misplaced(CONTEXT, task.state, 'WORKING')
elseif not wrong then
  if task.there then
    return redis.error_reply('TAKEN there is a task ' .. ID .. ' already')
  end
  wrong = misplaced(CONTEXT)
end
if wrong then
  return wrong
end

redis.call('SET', NAME, SAID)
if not task.there then
  redis.call('DEL', task.history, task.artifacts, task.events, task.pushes)
  task.is_pushed, task.kept, task.generation, task.status, task.op = false, 0, 0, '', ''
  put(task, 'context', CONTEXT)
end
if PLACE ~= '' and not add_place(task, PLACE, PLACE_JSON, task.generation) then
  redis.call('DEL', NAME)
  return {'many'}
end
put(task, 'message', MESSAGE)
put(task, 'run', TOKEN)
if task.there then
  put(task, 'was', task.state .. ' ' .. task.since .. ' ' .. (task.status == '' and 1 or 2) .. ' '
    .. task.status)
  change(task, 'WORKING', '', SAID)
else
  remember(task.history, SAID)
  remember(conversation(CONTEXT), SAID)
end
redis.call('ZADD', RUNNING, text(now + LEASE), ID)
save(task, true)
return begun(task)
