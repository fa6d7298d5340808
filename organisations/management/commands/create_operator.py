"""manage.py create_operator: the first operator of a new service; everybody else comes by invitation."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from organisations.models import Person, PlatformRole
from organisations.services.audit import record
from organisations.services.membership import grant_platform_role


class Command(BaseCommand):
    help = (
        "Make an account that operates the platform; its password is asked for, never given as an argument."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--display-name", default="運営")

    def handle(self, *, email: str, display_name: str, **_: Any) -> None:
        try:
            validate_email(email)
            if Person.objects.filter(email=email.lower()).exists():
                raise ValidationError("There is already an account for this address.")
            password = getpass("Password: ")
            validate_password(password, Person(email=email, display_name=display_name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if getpass("Password (again): ") != password:
            raise CommandError("The two passwords differ.")
        with transaction.atomic():
            person = Person.objects.create_person(email=email, password=password, display_name=display_name)
            record(action="person.created", by=None, object_type="person", object_id=person.pk)
            grant_platform_role(person=person, role=PlatformRole.Role.OPERATOR, by=None)
        self.stdout.write("The operator signs in at /accounts/login/ and works at /operator/.")
