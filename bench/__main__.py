"""`python -m bench` is the message-path bench."""

import sys

from bench.message_path import main

sys.exit(main())
