"""Reads: who may see which people and organisations."""
