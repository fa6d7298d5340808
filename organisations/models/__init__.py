"""The rows of this app, one aggregate a module."""

from .audit import AuditEntry
from .grant import AccessGrant
from .invitation import Invitation
from .membership import Membership, PlatformRole
from .organisation import Organisation, OrganisationRolePermission
from .person import Person

__all__ = [
    "AccessGrant",
    "AuditEntry",
    "Invitation",
    "Membership",
    "Organisation",
    "OrganisationRolePermission",
    "Person",
    "PlatformRole",
]
