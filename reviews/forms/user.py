from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from reviews.models import User


class NewUserForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("username", "email")


class UserForm(UserChangeForm[User]):
    class Meta:
        model = User
        fields = "__all__"
