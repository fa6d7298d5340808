"""What keeps sockets true to the log: fan-out inside a process, hints between processes, the batched writer,
the repair round. Nothing here is the record; the database is."""
