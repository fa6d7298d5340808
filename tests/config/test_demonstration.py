"""Who may serve what in the demonstration? Each organisation can answer whoever comes, also in an older database."""

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from chat.models import Clearance, Topic
from chat.services.clearance import Ground, end_clearance
from organisations.models import AuditEntry, Organisation, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_demo_mode(settings: Any) -> None:
    settings.TOMOSHIBI = replace(settings.TOMOSHIBI, demo=True)


def cleared(organisation: Organisation) -> set[str]:
    rows = Clearance.objects.in_force().filter(organisation=organisation)
    return {slug or language for slug, language in rows.values_list("topic__slug", "language")}


def test_every_organisation_has_somebody_for_each_topic_of_its_own_and_for_english() -> None:
    assert settings.TOMOSHIBI.demo
    call_command("seed_demo", verbosity=0)
    for organisation in Organisation.objects.all():
        delicate = Topic.objects.filter(needs_clearance=True, services__organisation=organisation)
        assert cleared(organisation) >= {"en", *delicate.values_list("slug", flat=True)}


def test_a_demonstration_older_than_clearances_gets_them_once() -> None:
    call_command("seed_demo", verbosity=0)
    Clearance.objects.all().delete()
    call_command("seed_demo", verbosity=0)
    count = Clearance.objects.in_force().count()
    assert count > 0
    person = Person.objects.get(email="akari1@demo.example")
    organisation = Organisation.objects.get(slug="akari")
    end_clearance(person=person, organisation=organisation, ground=Ground(language="en"), by=None)
    lines = AuditEntry.objects.count()
    call_command("seed_demo", verbosity=0)
    assert Clearance.objects.in_force().count() == count - 1, "what a manager ended stays ended"
    assert AuditEntry.objects.count() == lines
