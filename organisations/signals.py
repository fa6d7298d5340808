"""What other apps may hear about people's rights. Sent inside the transaction that made it true."""

from django.dispatch import Signal

# sender: the class Person; person: whose rights; organisation: where, or None for everywhere.
rights_changed = Signal()
