"""manage.py seed_demo: enter the demonstration once, and say where to go. Only in demo mode."""

import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from chat.models import CannedPhrase, Clearance, PhoneLine, Topic
from chat.services.clearance import Ground, grant_clearance
from chat.services.notice import add_standard_notice
from chat.services.opening import set_weekly_hours
from chat.services.topic import add_standard_topics, serve_topic
from config.demonstration import ORGANISATIONS, PASSWORD, PEOPLE, PHRASES, DemoOrganisation, DemoPerson
from organisations.models import Organisation, Person
from organisations.permissions import SERVE, holds
from organisations.services.membership import grant_platform_role, grant_role

MIDNIGHT = datetime.time(0)


class Command(BaseCommand):
    help = "Enter made-up organisations, people and topics once, and print where to go."

    def handle(self, **_: Any) -> None:
        if not settings.TOMOSHIBI.demo:
            raise CommandError("demo data is entered in demo mode only (TOMOSHIBI_DEMO=1)")
        with transaction.atomic():
            if not Person.objects.filter(is_demo=True).exists():
                self._enter()
            if not Clearance.objects.exists():  # also for a demonstration older than clearances
                self._clear()
        self._say_where_to_go()

    def _enter(self) -> None:
        add_standard_notice(by=None)
        add_standard_topics(by=None)
        origins = list(settings.TOMOSHIBI.public_origins)
        organisations = {row.slug: self._organisation(row, origins) for row in ORGANISATIONS}
        for row in PEOPLE:
            self._person(row, organisations)
        self._topics(organisations)
        PhoneLine.objects.create(
            label_ja="電話の窓口（デモ）",
            label_en="Phone line (demo)",
            label_easy="でんわの まどぐち（デモ）",
            number="0000-00-0000",
            hours_ja="24時間",
            hours_en="24 hours",
            hours_easy="24じかん",
            is_demo=True,
        )

    @staticmethod
    def _organisation(row: DemoOrganisation, origins: list[str]) -> Organisation:
        organisation = Organisation.objects.create(
            slug=row.slug,
            name=row.name,
            name_kana=row.name_kana,
            name_en=row.name_en,
            membership_class="member",
            functions=["counselling"],
            prefecture_code=row.prefecture_code,
            embed_origins=origins,
        )
        for position, (shortcut, text) in enumerate(PHRASES, start=1):
            CannedPhrase.objects.create(
                organisation=organisation, language="ja", shortcut=shortcut, text=text, position=position
            )
        return organisation

    @staticmethod
    def _person(row: DemoPerson, organisations: dict[str, Organisation]) -> None:
        person = Person.objects.create_person(
            email=row.email,
            password=PASSWORD,
            display_name=row.display_name,
            full_name=row.full_name,
            is_demo=True,
        )
        if row.organisation:
            grant_role(person=person, organisation=organisations[row.organisation], role=row.role, by=None)
        else:
            grant_platform_role(person=person, role=row.role, by=None)

    @staticmethod
    def _topics(organisations: dict[str, Organisation]) -> None:
        """Open day and night, but for one that shows what closed looks like."""
        for row in ORGANISATIONS:
            for slug in row.topics:
                serve_topic(topic=Topic.objects.get(slug=slug), organisation=organisations[row.slug], by=None)
        served = {slug for row in ORGANISATIONS for slug in row.topics}
        for topic in Topic.objects.filter(slug__in=served - {"disaster"}):
            set_weekly_hours(topic=topic, hours=[(day, MIDNIGHT, MIDNIGHT) for day in range(7)], by=None)

    @staticmethod
    def _clear() -> None:
        for row in PEOPLE:
            person = Person.objects.filter(email=row.email, is_demo=True).first()
            organisation = Organisation.objects.filter(slug=row.organisation).first()
            if person is None or organisation is None or not holds(person, SERVE, organisation):
                continue
            for name in row.cleared_for:
                topic = Topic.objects.filter(slug=name).first()
                ground = Ground(topic=topic) if topic else Ground(language=name)
                grant_clearance(person=person, organisation=organisation, ground=ground, by=None)

    def _say_where_to_go(self) -> None:
        here = f"http://localhost:{settings.TOMOSHIBI.port}"
        lines = [
            "",
            f"  Help-seeker's page     {here}/chat/",
            f"  An NPO's page with it  {here}/demo/akari/",
            f"  Counsellors' console   {here}/console/",
            f"  Organisation's pages   {here}/organisation/",
            f"  Operator's pages       {here}/operator/",
            "",
            f"  Demo sign-ins (password of all: {PASSWORD})",
            *(f"    {person.email:<28} {person.says}" for person in PEOPLE),
            "",
        ]
        self.stdout.write("\n".join(lines))
