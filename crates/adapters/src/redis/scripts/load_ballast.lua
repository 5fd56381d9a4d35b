-- Takes up memory for a moment.
-- KEYS: the ballast. ARGV: its size in bytes, its life in ms.
redis.call('SET', KEYS[1], string.rep('0', ARGV[1]), 'PX', ARGV[2])
return 1
