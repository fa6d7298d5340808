"""Which rights does this app know, and which role carries which? Data only."""

from typing import Final

# On one conversation, as a dated exception (ConversationAccess).
READ_CONVERSATION: Final = "read_conversation"

# On an organisation, by role (organisations.permissions.ROLE_CODENAMES).
SERVE: Final = "serve_conversations"
SUPERVISE: Final = "supervise_conversations"
MANAGE: Final = "manage_organisation"
