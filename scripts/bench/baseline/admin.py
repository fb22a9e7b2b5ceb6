"""The stock admin: lists and forms as Django makes them, with related records selected."""

from django.contrib import admin
from django.contrib.auth.models import User

from mobility.models import Exchange
from partners.models import Agreement, AgreementParty, Country, Institution
from projects.models import Project

site = admin.AdminSite()
site.register([User, Country])


class PartyInline(admin.TabularInline):
    model = AgreementParty
    extra = 1


@admin.register(Institution, site=site)
class InstitutionAdmin(admin.ModelAdmin):
    list_display = ["name", "country", "city", "kind", "published"]
    list_filter = ["kind", "published", "country"]
    list_select_related = ["country"]
    search_fields = ["name", "name_en", "name_ru"]


@admin.register(Agreement, site=site)
class AgreementAdmin(admin.ModelAdmin):
    list_display = ["reference", "title", "kind", "status", "in_force_from", "ends_on", "published"]
    list_filter = ["status", "kind", "published"]
    list_select_related = ["kind"]
    search_fields = ["reference", "title"]
    date_hierarchy = "in_force_from"
    inlines = [PartyInline]


@admin.register(Project, site=site)
class ProjectAdmin(admin.ModelAdmin):
    list_display = ["title", "acronym", "starts_on", "ends_on", "published"]
    search_fields = ["title", "acronym"]


@admin.register(Exchange, site=site)
class ExchangeAdmin(admin.ModelAdmin):
    list_display = ["academic_year", "direction", "activity", "partner", "country", "count", "person_name", "status"]
    list_filter = ["academic_year", "direction", "activity", "status", "country"]
    date_hierarchy = "starts_on"
    list_select_related = ["partner", "country"]
    search_fields = ["person_name", "partner__name"]
