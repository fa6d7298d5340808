"""How does a program speak with the service as a person's browser would? Small clients for both ends."""
