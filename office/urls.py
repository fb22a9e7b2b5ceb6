"""Pages of the office beside the records' own, all under /admin/."""

from django.contrib import admin
from django.urls import path

from office import views
from office.erasing_views import erase_personal_data

app_name = "office"

view = admin.site.admin_view
urlpatterns = [
    path("my-account/", view(views.account), name="account"),
    path("duplicates/", view(views.duplicates), name="duplicates"),
    path("duplicates/two/", view(views.are_two), name="are-two"),
    path("erase-personal-data/", view(erase_personal_data), name="erase-personal-data"),
    path("merges/", view(views.merges), name="merges"),
    path("merges/new/", view(views.merge), name="merge"),
    path("merges/<int:pk>/undo/", view(views.undo_merge), name="undo-merge"),
]
