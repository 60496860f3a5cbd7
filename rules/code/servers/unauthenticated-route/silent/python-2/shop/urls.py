from django.contrib.auth.decorators import login_required
from django.urls import path

from . import views

urlpatterns = [
    path("ask/", login_required(views.ask)),
]
