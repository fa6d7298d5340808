"""How fast and how faithful is the running service? Replays of dialogues, and the message-path bench."""
