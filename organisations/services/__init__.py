"""Writes: each function checks, writes, audits and tells, in one transaction."""
