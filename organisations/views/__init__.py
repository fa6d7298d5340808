"""The pages of this app, one matter a module."""
