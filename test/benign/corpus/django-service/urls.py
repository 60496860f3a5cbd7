from django.urls import path

from . import views

urlpatterns = [
    path("rewrite/", views.rewrite),
    path("translate/", views.Translate.as_view()),
]
