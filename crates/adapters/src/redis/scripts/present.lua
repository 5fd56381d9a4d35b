-- The generation in force and the number of changes that are expected.
-- KEYS: generation, marks.
-- ARGV: a generation should there be none, its life in ms; the life of a mark in ms.
local generation = redis.call('GET', KEYS[1])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[1], generation, 'PX', ARGV[2])
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A mark that ends later than any that is made now is of a clock that was set back since.
local latest = string.format('%.0f', now + ARGV[3])
return {generation, redis.call('ZCOUNT', KEYS[2], '(' .. string.format('%.0f', now), latest)}
