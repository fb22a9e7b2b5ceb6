"""Typesets a prepared folder with typst. Run as a program of its own, within bounds, by :mod:`reports.rendering.pdf`.

``python typeset.py FOLDER TIMESTAMP SECONDS MEGABYTES``: FOLDER holds ``main.typ`` and what it reads, and receives
``report.pdf``. TIMESTAMP (seconds since 1970, UTC) is the date of the document. What the document has attached comes
over standard input, and is waited for when the pages are set. What typst refuses is printed as JSON, and the exit
status is 3.

It imports nothing of the project, and nothing that starts threads before the bounds are set.
"""

import io
import json
import math
import resource
import sys
from pathlib import Path


def main(folder, timestamp, seconds, megabytes):
    bytes_of_memory = int(megabytes) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (bytes_of_memory, bytes_of_memory))
    bound = math.ceil(float(seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    import pikepdf
    import typst

    try:
        content = typst.compile(
            Path(folder, "main.typ"),
            root=folder,
            format="pdf",
            # PDF/A-3, because PDF/A-2 allows no attachment that is not itself PDF/A
            pdf_standards=["ua-1", "a-3a"],
            timestamp=int(timestamp),
            ignore_system_fonts=True,  # the same bytes on every machine
        )
    except typst.TypstError as error:
        json.dump({"message": error.message, "hints": error.hints, "trace": error.trace}, sys.stdout)
        sys.exit(3)
    # typst writes each of the many small objects of a tagged file on its own; packed together they take a quarter.
    with pikepdf.open(io.BytesIO(content)) as document:
        for attached in document.attachments.values():
            file = attached.obj.EF.F
            file.write(sys.stdin.buffer.read())
            file.Params.Size = len(file.read_bytes())
        packed = pikepdf.ObjectStreamMode.generate
        document.save(Path(folder, "report.pdf"), object_stream_mode=packed, deterministic_id=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
