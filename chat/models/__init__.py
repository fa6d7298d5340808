"""The rows of this app, one aggregate a module."""

from .access import ConversationAccess, ConversationKey
from .assignment import Assignment, WrapUp
from .clearance import Clearance
from .conversation import Conversation, HelpSeeker
from .desk_rules import DeskRules
from .entry import Entry
from .job import PeriodicJob
from .notice import Notice
from .opening import Campaign, DateException, OpeningWindow
from .participant import Participant
from .phone_line import PhoneLine
from .phrase import CannedPhrase
from .presence import Presence
from .topic import PreChatQuestion, Topic, TopicService
from .transfer import Transfer

__all__ = [
    "Assignment",
    "Campaign",
    "CannedPhrase",
    "Clearance",
    "Conversation",
    "ConversationAccess",
    "ConversationKey",
    "DateException",
    "DeskRules",
    "Entry",
    "HelpSeeker",
    "Notice",
    "OpeningWindow",
    "Participant",
    "PeriodicJob",
    "PhoneLine",
    "PreChatQuestion",
    "Presence",
    "Topic",
    "TopicService",
    "Transfer",
    "WrapUp",
]
