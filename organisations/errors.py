"""What can be refused when organisations, people and their rights are changed."""


class OrganisationsError(Exception):
    """A rule of this app was about to be broken; `code` is for machines, never shown raw."""

    code = "refused"


class NotAllowedError(OrganisationsError):
    """The acting person does not hold the right this change needs."""

    code = "not_allowed"


class NotInForceError(OrganisationsError):
    """The role has already ended."""

    code = "not_in_force"


class LastManagerError(OrganisationsError):
    """An organisation may not lose its last manager by a manager's own hand."""

    code = "last_manager"


class PersonInactiveError(OrganisationsError):
    """Rights are not given to someone who was deactivated."""

    code = "person_inactive"


class OrganisationInactiveError(OrganisationsError):
    """Rights are not given in an organisation that has left the service."""

    code = "organisation_inactive"


class InvitationUnusableError(OrganisationsError):
    """The link is unknown, used, withdrawn or too old; which of them is not told."""

    code = "invitation_unusable"


class WrongPersonError(OrganisationsError):
    """The invitation was written to another address than the signed-in person's."""

    code = "wrong_person"


class SignInFirstError(OrganisationsError):
    """The invited address already has an account: its owner signs in, then accepts."""

    code = "sign_in_first"
