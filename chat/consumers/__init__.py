"""One socket each: identify, authorise, parse, call one service, relay."""
