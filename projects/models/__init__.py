"""What we do together: programmes, projects with their participants and deadlines, and activities."""

from projects.models.activity import Activity, ActivityKind
from projects.models.programme import Action, Funder, Programme
from projects.models.project import (
    Participation,
    Project,
    ProjectDeadline,
    ProjectDocument,
)

__all__ = [
    "Action",
    "Activity",
    "ActivityKind",
    "Funder",
    "Participation",
    "Programme",
    "Project",
    "ProjectDeadline",
    "ProjectDocument",
]
