"""What can be wrong with a file or with a cell of it, in sentences for people."""

from dataclasses import dataclass, field


class FileRefused(Exception):
    """The whole file cannot be read or used; the message is a sentence that says why."""


class CellError(ValueError):
    """A cell is not what its column holds; ``suggestions`` are the nearest values that would be."""

    def __init__(self, reason, suggestions=()):
        super().__init__(str(reason))
        self.reason = str(reason)
        self.suggestions = list(suggestions or ())


@dataclass(slots=True)
class Problem:
    """A rejected cell or a warning: where it is in the file, what stands there, and why it is told."""

    line: int
    column: str
    value: str
    reason: str
    suggestions: list = field(default_factory=list)

    def as_dict(self):
        return {
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
            "suggestions": self.suggestions,
        }
