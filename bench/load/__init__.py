"""How is the server kept busy by a client that costs less than it does? A process on a core of its own."""
