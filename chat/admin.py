"""Where does an operator keep topics, hours, campaigns, phone lines, notices? No conversation is shown."""

from datetime import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTimeWidget
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.errors import DomainError
from chat.models.language import SUFFIXES, Wording
from chat.models.notice import Notice
from chat.models.opening import Campaign, DateException, OpeningWindow, clock_text, interval
from chat.models.phone_line import PhoneLine
from chat.models.topic import PreChatQuestion, Topic, TopicService
from chat.services.notice import draft_notice, publish_notice
from chat.services.topic import serve_topic, stop_serving_topic
from organisations.admin import OperatorInlineMixin, OperatorModelAdmin, operator_site
from organisations.models import Person
from organisations.services import audit

if TYPE_CHECKING:
    Form = forms.ModelForm[Any]
    WindowForm = forms.ModelForm[OpeningWindow]
    ExceptionForm = forms.ModelForm[DateException]
    QuestionForm = forms.ModelForm[PreChatQuestion]
    StackedInline = admin.StackedInline[Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    Form = WindowForm = ExceptionForm = QuestionForm = forms.ModelForm
    StackedInline = admin.StackedInline
    TabularInline = admin.TabularInline


CLOCK = "%H:%M"


def in_each_language(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{suffix}" for stem in stems for suffix in SUFFIXES.values())


def operator_of(request: HttpRequest) -> Person:
    """The person behind a request that the operator site has let in."""
    if not isinstance(request.user, Person):
        raise TypeError("only signed-in people reach the operator site")
    return request.user


def closing(opens_minute: int, length_minutes: int) -> time:
    end = (opens_minute + length_minutes) % (24 * 60)
    return time(end // 60, end % 60)


class AuditedAdmin(OperatorModelAdmin):
    """Each change of a row leaves a line in the audit trail: which fields, never what stands in them."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Form, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self._record(request, obj, "changed" if change else "added", fields=list(form.changed_data))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            self._record(request, obj, "removed", fields=[])
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for row in queryset:
                self.delete_model(request, row)

    def _record(self, request: HttpRequest, obj: models.Model, verb: str, fields: list[str]) -> None:
        audit.record(
            action=f"{obj._meta.model_name}.{verb}",
            by=operator_of(request),
            object_type=obj._meta.label_lower,
            object_id=str(obj.pk),
            fields=fields,
        )


class HoursForm(WindowForm):
    """Weekly hours as clock times; an end not after the start is on the next day."""

    opens = forms.TimeField(label=_("Opens"), widget=AdminTimeWidget(format=CLOCK))
    closes = forms.TimeField(
        label=_("Closes"),
        widget=AdminTimeWidget(format=CLOCK),
        help_text=_("Not after the opening time: on the next day."),
    )

    class Meta:
        model = OpeningWindow
        fields = ("weekday",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            start = self.instance.opens_minute
            self.initial["opens"] = time(start // 60, start % 60)
            self.initial["closes"] = closing(start, self.instance.length_minutes)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens is not None and closes is not None:
            self.instance.opens_minute, self.instance.length_minutes = interval(opens, closes)
        return cleaned


class DateExceptionForm(ExceptionForm):
    """An exception for the whole day, or from one clock time to another."""

    opens = forms.TimeField(label=_("From"), widget=AdminTimeWidget(format=CLOCK), required=False)
    closes = forms.TimeField(
        label=_("Until"),
        widget=AdminTimeWidget(format=CLOCK),
        required=False,
        help_text=_("Both empty: the whole day."),
    )

    class Meta:
        model = DateException
        fields = ("topic", "date", "kind", *in_each_language("note"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start, length = self.instance.opens_minute, self.instance.length_minutes
        if start is not None and length is not None:
            self.initial["opens"] = time(start // 60, start % 60)
            self.initial["closes"] = closing(start, length)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if (opens is None) != (closes is None):
            raise forms.ValidationError(_("Give both times, or neither for the whole day."))
        if opens is None or closes is None:
            self.instance.opens_minute = self.instance.length_minutes = None
        else:
            self.instance.opens_minute, self.instance.length_minutes = interval(opens, closes)
        return cleaned


class PreChatQuestionForm(QuestionForm):
    class Meta:
        model = PreChatQuestion
        fields = ("key", "position", *in_each_language("label"), "kind", "choices")
        help_texts = {
            "choices": _(
                'Choice: [{"value": "yes", "ja": "はい", "en": "Yes", "easy": "はい"}, ...]. Text: []'
            )
        }


class OpeningWindowInline(OperatorInlineMixin, TabularInline):
    model = OpeningWindow
    form = HoursForm
    extra = 0


class PreChatQuestionInline(OperatorInlineMixin, StackedInline):
    model = PreChatQuestion
    form = PreChatQuestionForm
    extra = 0


class PhoneLineInline(OperatorInlineMixin, StackedInline):
    model = PhoneLine
    fields = ("position", "number", *in_each_language("label", "hours"), "verified_on", "is_demo")
    readonly_fields = ("is_demo",)
    extra = 0


@admin.register(Topic, site=operator_site)
class TopicAdmin(AuditedAdmin):
    """A topic is taken out of the menu, never deleted: conversations were held on it."""

    list_display = ("name_ja", "slug", "position", "is_active", "needs_clearance", "priority_base")
    list_filter = ("is_active", "needs_clearance")
    fieldsets = (
        (None, {"fields": ("slug", "position", "is_active", "audience")}),
        (_("Words"), {"fields": in_each_language("name", "description")}),
        (_("Queue"), {"fields": ("needs_clearance", "priority_base")}),
    )
    inlines = (OpeningWindowInline, PreChatQuestionInline, PhoneLineInline)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        # Organisations write the slug into their own pages (data-topic): it stays what it was.
        return () if obj is None else ("slug",)

    def save_formset(self, request: HttpRequest, form: Form, formset: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_formset(request, form, formset, change)
            for row in formset.new_objects:
                self._record(request, row, "added", fields=[])
            for row, fields in formset.changed_objects:
                self._record(request, row, "changed", fields=list(fields))
            for row in formset.deleted_objects:
                self._record(request, row, "removed", fields=[])


@admin.register(TopicService, site=operator_site)
class TopicServiceAdmin(OperatorModelAdmin):
    """Which organisation serves which topic. A row is never edited: it is ended, and taken up again."""

    list_display = ("topic", "organisation", "is_active", "since")
    list_filter = ("is_active", "topic")
    list_select_related = ("topic", "organisation")
    search_fields = ("organisation__name", "organisation__name_kana")
    autocomplete_fields = ("organisation",)
    fields = ("topic", "organisation")
    actions = ("end_service", "take_up_again")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        # The list of rows needs the right for its actions; a single row stays read-only.
        return obj is None and super().has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: TopicService, form: Form, change: bool) -> None:
        served = serve_topic(topic=obj.topic, organisation=obj.organisation, by=operator_of(request))
        obj.pk = served.pk

    @admin.action(description=_("End the selected services"), permissions=["change"])
    def end_service(self, request: HttpRequest, queryset: models.QuerySet[TopicService]) -> None:
        ended = list(queryset.filter(is_active=True).select_related("topic", "organisation"))
        for row in ended:
            stop_serving_topic(topic=row.topic, organisation=row.organisation, by=operator_of(request))
        self.message_user(request, _("%(count)d ended.") % {"count": len(ended)}, messages.SUCCESS)

    @admin.action(description=_("Take up the selected services again"), permissions=["change"])
    def take_up_again(self, request: HttpRequest, queryset: models.QuerySet[TopicService]) -> None:
        ended = list(queryset.filter(is_active=False).select_related("topic", "organisation"))
        for row in ended:
            serve_topic(topic=row.topic, organisation=row.organisation, by=operator_of(request))
        self.message_user(request, _("%(count)d taken up again.") % {"count": len(ended)}, messages.SUCCESS)


@admin.register(OpeningWindow, site=operator_site)
class OpeningWindowAdmin(AuditedAdmin):
    """All weekly hours side by side; the topic's own page has its part of them."""

    form = HoursForm
    fields = ("topic", "weekday", "opens", "closes")
    list_display = ("topic", "weekday", "hours")
    list_filter = ("topic", "weekday")
    list_select_related = ("topic",)
    may_delete = True

    @admin.display(description=_("hours"))
    def hours(self, row: OpeningWindow) -> str:
        return clock_text(row.opens_minute, row.length_minutes)


@admin.register(Campaign, site=operator_site)
class CampaignAdmin(AuditedAdmin):
    list_display = ("name_ja", "topic", "starts_at", "ends_at")
    list_filter = ("topic",)
    list_select_related = ("topic",)
    fields = ("topic", *in_each_language("name"), "starts_at", "ends_at")
    may_delete = True

    def save_model(self, request: HttpRequest, obj: models.Model, form: Form, change: bool) -> None:
        if isinstance(obj, Campaign):
            obj.starts_at = obj.starts_at.replace(second=0, microsecond=0)
            obj.ends_at = obj.ends_at.replace(second=0, microsecond=0)
        super().save_model(request, obj, form, change)


@admin.register(DateException, site=operator_site)
class DateExceptionAdmin(AuditedAdmin):
    form = DateExceptionForm
    fields = ("topic", "date", "kind", "opens", "closes", *in_each_language("note"))
    list_display = ("date", "kind", "hours", "topic", "note_ja")
    list_filter = ("kind", "topic")
    list_select_related = ("topic",)
    date_hierarchy = "date"
    may_delete = True

    @admin.display(description=_("hours"))
    def hours(self, row: DateException) -> str:
        if row.opens_minute is None or row.length_minutes is None:
            return gettext("whole day")
        return clock_text(row.opens_minute, row.length_minutes)


@admin.register(PhoneLine, site=operator_site)
class PhoneLineAdmin(AuditedAdmin):
    """Numbers are entered here, by a person who has rung them up."""

    list_display = ("label_ja", "number", "topic", "position", "verified_on", "is_demo")
    list_filter = ("topic", "is_demo")
    list_select_related = ("topic",)
    fields = ("topic", "position", "number", *in_each_language("label", "hours"), "verified_on", "is_demo")
    readonly_fields = ("is_demo",)
    may_delete = True


@admin.register(Notice, site=operator_site)
class NoticeAdmin(AuditedAdmin):
    """Drafts are written and published here. A published notice can only be followed by another one."""

    list_display = ("version", "title_ja", "published_at")
    fields = ("version", "published_at", *in_each_language("title", "body"))
    readonly_fields = ("version", "published_at")
    actions = ("publish",)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        published = isinstance(obj, Notice) and obj.published_at is not None
        return not published and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Form, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        drafted = draft_notice(
            title=Wording.of(obj, "title"), body=Wording.of(obj, "body"), by=operator_of(request)
        )
        obj.pk = drafted.pk

    @admin.action(description=_("Publish the selected notice"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: models.QuerySet[Notice]) -> None:
        if len(queryset) != 1:
            self.message_user(request, _("Select one notice."), messages.ERROR)
            return
        try:
            notice = publish_notice(notice=queryset[0], by=operator_of(request))
        except DomainError:
            self.message_user(request, _("It is published already."), messages.ERROR)
            return
        message = _("Version %(version)d is in force.") % {"version": notice.version}
        self.message_user(request, message, messages.SUCCESS)
