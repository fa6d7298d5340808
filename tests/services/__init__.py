"""Which servers and browser do the tests use? Real ones: found on this machine, started for the run, stopped after it.

python -m tests.services provide            look for all of them, installing with apt as root
python -m tests.services run -- COMMAND     run a command with DATABASE_URL, REDIS_URL and CHROMIUM set
"""
