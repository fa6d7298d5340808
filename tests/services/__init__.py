"""Which servers and browser do the tests use? Real ones of this machine, started and stopped for the run.

python -m tests.services provide            look for all of them, installing with apt as root
python -m tests.services run -- COMMAND     run a command with DATABASE_URL, REDIS_URL and CHROMIUM set
"""
