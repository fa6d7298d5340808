"""Who: organisations, people, memberships, roles, access grants, invitations and the audit trail."""
