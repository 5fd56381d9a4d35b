-- The generation in force and the number of changes that are expected.
-- KEYS: generation, marks. ARGV: a generation should there be none, its life in ms.
local generation = redis.call('GET', KEYS[1])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[1], generation, 'PX', ARGV[2])
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
return {generation, redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf')}
