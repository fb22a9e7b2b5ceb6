"""A disk that is full: what cannot be saved is said, and saving goes on when there is room again."""

import os
import shutil
import subprocess

from registry import Host, Registry
from single import WHOLE
from writer import Writer, stop, wait_for_writes

MEGABYTES = 48


def disk(drill):
    """Needs root, who alone may mount a small disk."""
    if os.geteuid() != 0:
        drill.say("Not tried: a full disk, which only root can make (a small tmpfs)")
        return
    drill.say(f"One host on a disk of {MEGABYTES} MB")
    room = drill.folder / "disk"
    room.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(room)], check=True)
    host = None
    try:
        registry = Registry(room / "registry")
        registry.prepare()
        host = Host(registry)
        writers = [Writer([host], registry.institution()) for _number in range(2)]
        for writer in writers:
            writer.start()
        wait_for_writes(writers, 4)
        filler = room / "filler"
        fill(filler, room)
        until_refused(writers)
        status, _page = writers[0].pages.get(f"{host.address}/partners/")
        drill.hold(status == 200, f"with the disk full, public pages answer {status}")
        said = any("disk of the server is full" in writer.refusal for writer in writers)
        drill.hold(said, "who cannot save is answered 503 with the reason")
        before = sum(len(writer.saved) for writer in writers)
        filler.unlink()
        wait_for_writes(writers, 4)
        stop(writers)
        after = sum(len(writer.saved) for writer in writers)
        drill.hold(after > before, f"with room again, saving went on by itself: {after - before} saved")
        drill.compare(writers, registry)
        check = registry.ask(WHOLE)
        drill.hold(check == "ok", f"the database file is whole: {check}")
    finally:
        if host:
            host.kill()
        subprocess.run(["umount", str(room)], check=False)


def fill(filler, room):
    with filler.open("wb") as file:
        while (left := shutil.disk_usage(room).free) > 0:
            try:
                file.write(bytes(min(left, 1 << 16)))
                file.flush()
            except OSError:
                return


def until_refused(writers):
    for writer in writers:
        writer.answers.clear()
    for _attempt in range(600):
        if any(writer.answers[503] > 2 for writer in writers):
            return
        writers[0].stopping.wait(0.1)
