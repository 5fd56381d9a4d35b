-- Begins a generation, and notes or redeems a mark of a change that is expected.
-- KEYS: generation, marks.
-- ARGV: the generation, its life in ms; a mark to note or '', its life in ms; one to redeem or ''.
-- Gives the generation and the number of changes that are expected.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
-- Of a clock that was set back since.
redis.call('ZREMRANGEBYSCORE', KEYS[2], '(' .. string.format('%.0f', now + ARGV[4]), '+inf')
if ARGV[3] ~= '' then
  redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[4]), ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
if ARGV[5] ~= '' then
  redis.call('ZREM', KEYS[2], ARGV[5])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {ARGV[1], redis.call('ZCARD', KEYS[2])}
