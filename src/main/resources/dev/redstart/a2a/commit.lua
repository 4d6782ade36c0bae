-- Takes one change of a run: state, history, artifacts, indexes, the event that tells of it, and
-- what is to be pushed, in one step.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the task's id  8 the run's token  9 the number of the change  10 what it is: 'build',
--      'status', 'set', 'append' or 'reply'  11 metadata as JSON; the state; the artifact's id
--      12 what is said, as JSON or nothing; the artifact, as JSON  13 '1' if the artifact is
--      complete  14 '1' if the lease has to be over
-- Returns 'done' and the generation of its event; 'lost' and the task's state, if the run is not
-- the one that works on it; 'built' if it is a reply and there is a task. Only 'done' has changed
-- anything; a change that comes twice is done once. Cost O(size of the change, and of an artifact
-- that is replaced).
local TOKEN, NUMBER, KIND, WHAT = ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local SAID, LAST, IS_SILENT = ARGV[12], ARGV[13], ARGV[14] == '1'
-- Fewer than the arguments of a command.
local FIELDS_MAX = 1000

-- An artifact's fields: by its id, its place in the order; by that, how many pieces it has; by
-- place and piece, the piece, the first of which is the artifact, if it was not made by appending.
local function piece(task, is_first)
  local name = 'id:' .. WHAT
  local place = redis.call('HGET', task.artifacts, name)
  local known = place and tonumber(redis.call('HGET', task.artifacts, place) or 0) or 0
  if not place then
    place = text(redis.call('HINCRBY', task.artifacts, 'count', 1))
    redis.call('HSET', task.artifacts, name, place)
  end
  if is_first then
    for from = 1, known, FIELDS_MAX do
      local old = {}
      for i = from, math.min(known, from + FIELDS_MAX - 1) do
        old[#old + 1] = place .. ':' .. i
      end
      redis.call('HDEL', task.artifacts, unpack(old))
    end
    known = 0
  end
  redis.call('HSET', task.artifacts, place, text(known + 1), place .. ':' .. text(known + 1), SAID)
end

local task = load(ARGV[7])
if task.wrong then
  return task.wrong
end
local number, answer, token = string.match(task.op or '', '^(%d+) (%d+) (.*)$')
if token == TOKEN and number == NUMBER then
  return {'done', answer}
elseif not task.run or task.run ~= TOKEN then
  return {'lost', task.run and 'other' or task.state or task.replied and 'replied' or 'gone'}
elseif token == TOKEN and tonumber(NUMBER) < tonumber(number) then
  return redis.error_reply('STALE a later change of this run came first: this was ignored')
elseif KIND == 'reply' and task.state then
  return {'built'}
end
if IS_SILENT and tonumber(redis.call('ZSCORE', RUNNING, task.id) or 0) > now then
  return {'lost', 'other'}
end
local moves = KIND == 'status' or not task.state
local wrong = moves
  and misplaced(task.context, task.state or 'SUBMITTED', KIND == 'status' and WHAT)
if wrong then
  return wrong
end

if KIND == 'reply' then
  task.is_pushed = false
  emit(task, 'kind', 'message', 'message', SAID)
  redis.call('DEL', task.pushes)
  remember(conversation(task.context), SAID)
  put(task, 'replied', '1')
  finish(task)
elseif not task.state then
  build(task, KIND == 'build' and WHAT or '{}')
end
if KIND == 'status' then
  change(task, WHAT, SAID)
elseif KIND == 'set' or KIND == 'append' then
  -- Clients ignore more of an artifact that they do not know.
  local is_more = KIND == 'append' and redis.call('HEXISTS', task.artifacts, 'id:' .. WHAT) == 1
  emit(task, 'kind', 'artifact', 'artifact', SAID, 'append', is_more and '1' or '0', 'last', LAST)
  piece(task, KIND == 'set')
end
answer = KIND == 'reply' and '0' or text(task.generation)
put(task, 'op', NUMBER .. ' ' .. answer .. ' ' .. TOKEN)
save(task, moves)
return {'done', answer}
