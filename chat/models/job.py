"""Which recurring duties are there, when is each due, and which process holds it right now?"""

from django.db import models


class PeriodicJob(models.Model):
    """A duty that must not be lost: claimed by conditional update under a lease, run by any sweeper."""

    name = models.CharField(max_length=60, primary_key=True)
    next_run_at = models.DateTimeField()
    lease_owner = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    last_run_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
