"""A drill on this machine: kill, restore, fill the disk, lose a host and the primary. Prints what was lost: nothing.

    python scripts/drill            everything; some minutes
    python scripts/drill single     one host: kill -9 of server, publishing, upload, import and backup; restore
    python scripts/drill disk       one host on a disk that gets full; needs root
    python scripts/drill cluster    two hosts, PostgreSQL primary and streaming replica; needs PostgreSQL's programs

Works in a folder of its own under the system's temporary folder and on ports of its own, and removes both. Ends with
exit code 1 if anything that was reported as saved is gone, or anything is half there.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from cluster import cluster
from disk import disk
from log import Drill
from single import single


def main(parts):
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    drill = Drill(folder)
    try:
        for part in (single, disk, cluster):
            if not parts or part.__name__ in parts:
                part(drill)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("Lost: nothing." if not drill.bad else f"Something was lost: {drill.bad} checks failed.")
    return 1 if drill.bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
