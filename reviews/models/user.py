from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person with an account."""

    email = models.EmailField("e-mail address")

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Somebody has this e-mail address already.",
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message="Somebody has this user name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()
