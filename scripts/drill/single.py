"""One host on SQLite: everything that can be killed half-way is killed."""

import os
import signal
import threading
import time
from contextlib import suppress

from registry import PASSWORD, Host, Registry
from staff_pages import FormFields, StaffPages
from writer import Writer, stop, wait_for_writes

WHOLE = "from django.db import connection; c = connection.cursor(); c.execute('PRAGMA integrity_check');"
WHOLE += "print(c.fetchone()[0])"


def single(drill):
    drill.say("One host on SQLite")
    registry = Registry(drill.folder / "single")
    registry.prepare()
    host = Host(registry)
    writers = [Writer([host], registry.institution()) for _number in range(3)]
    for writer in writers:
        writer.start()
    for _time in range(3):
        wait_for_writes(writers, 6)
        host.kill()
        host.up()
    wait_for_writes(writers, 3)
    stop(writers)
    drill.say("The server was killed with signal 9 three times while three people were saving")
    drill.compare(writers, registry)
    killed_publishing(drill, registry, host)
    killed_report(drill, registry, host)
    killed_upload(drill, registry, host)
    host.kill()
    check = registry.ask(WHOLE)
    drill.hold(check == "ok", f"the database file is whole: {check}")
    killed_import(drill, registry)
    killed_backup_and_restore(drill, registry)


def killed_while(host, seconds, send):
    """Let a colleague send something, kill the host so many seconds later, and start it again."""

    def sending():
        with suppress(OSError, ValueError):
            send()

    thread = threading.Thread(target=sending, daemon=True)
    thread.start()
    time.sleep(seconds)
    host.kill()
    thread.join(60)
    host.up()


def colleague(host):
    pages = StaffPages("drill", PASSWORD)
    return pages, lambda address: pages.signed_in(host.address, host.address + address)[1]


def killed_publishing(drill, registry, host):
    count = "print(Agreement.objects.filter(published=True).count(), Agreement.history.filter(published=True).count())"
    registry.ask("Agreement.objects.update(published=False); Agreement.history.update(published=False)")
    chosen = registry.ask("print(*Agreement.objects.values_list('pk', flat=True))").split()
    for seconds in (0.1, 0.4, 0.8):
        pages, get = colleague(host)
        address = f"{host.address}/admin/partners/agreement/"
        form = get("/admin/partners/agreement/")
        killed_while(host, seconds, lambda: pages.post(address, form, action="publish", _selected_action=chosen))  # noqa: B023
        after = registry.ask(count).split()
        whole = after in (["0", "0"], [str(len(chosen))] * 2)
        drill.hold(whole, f"publishing {len(chosen)} agreements, killed after {seconds} s: {after[0]} published")
        if after[0] != "0":
            return


def killed_report(drill, registry, host):
    address = f"{host.address}/reports/2016-2017/publish/"
    count = "from reports.models import ReportEdition as E, EditionFile as F;"
    count += "print(E.objects.count(), F.objects.count())"
    for seconds in (1, 3):
        pages, get = colleague(host)
        form = get("/reports/2016-2017/publish/")
        killed_while(host, seconds, lambda: pages.post(address, form, confirmed="on"))  # noqa: B023
        editions, files = map(int, registry.ask(count).split())
        drill.hold(
            files == 12 * editions,
            f"publishing a report, killed after {seconds} s: {editions} editions, {files} files",
        )


def killed_upload(drill, registry, host):
    wrong = "from iet_relations.documents import checksum; D = AgreementDocument.objects;"
    wrong += "print(D.count(), sum(checksum(d.file) != d.sha256 for d in D.all()))"
    agreement = registry.ask("print(Agreement.objects.order_by('pk').last().pk)")
    address = f"{host.address}/admin/partners/agreement/{agreement}/change/"
    for number, seconds in enumerate((0.1, 0.3, 0.6, 1.2)):
        pages, get = colleague(host)
        form = get(f"/admin/partners/agreement/{agreement}/change/")
        values = {
            k: v for k, v in FormFields(form).values.items() if "__prefix__" not in k and k != "csrfmiddlewaretoken"
        }
        place = int(values["documents-TOTAL_FORMS"][0])
        values |= {"documents-TOTAL_FORMS": place + 1, f"documents-{place}-title": f"drill {number}"}
        values |= {f"documents-{place}-visibility": "staff", f"documents-{place}-agreement": agreement}
        file = {f"documents-{place}-file": ("scan.pdf", b"%PDF-1.7\n" + os.urandom(15_000_000))}
        killed_while(host, seconds, lambda: pages.send(address, form, file, **values))  # noqa: B023
        kept, bad = registry.ask(wrong).split()
        drill.hold(
            bad == "0", f"an upload of 15 MB, killed after {seconds} s: {kept} documents, {bad} of them not whole"
        )


def killed_import(drill, registry):
    lines = ["academic_year,direction,activity,country,person_name"]
    lines += [f"2015/2016,outgoing,SMS,IT,drill {number}" for number in range(20_000)]
    path = drill.folder / "exchanges.csv"
    path.write_text("\n".join(lines) + "\n")
    count = "from mobility.models import Exchange as E; from office.models import ImportBatch as B; "
    count += "print(E.objects.count(), E.history.count(), B.objects.count())"
    before = registry.ask(count)
    for seconds in (4, 8):
        process = registry.start("import_records", "exchanges", path)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        after = registry.ask(count)
        whole = after.split()[0] == str(int(before.split()[0]) + 20_000)
        drill.hold(
            after == before or whole, f"an import killed after {seconds} s left all or nothing: {before} → {after}"
        )
        if whole:
            return


def killed_backup_and_restore(drill, registry):
    path = drill.folder / "registry.backup"
    registry.run("backup", path)
    whole = path.read_bytes()
    process = registry.start("backup", path)
    for _attempt in range(600):
        if list(path.parent.glob(".*.part")):
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    drill.hold(path.read_bytes() == whole, "a backup that was killed left the earlier one as it was")
    registry.run("restore", "--check", path)
    other = Registry(drill.folder / "restored")
    said = other.run("restore", path)
    drill.hold(other.contacts() == registry.contacts(), f"restored into an empty folder: {said}")
    damaged = drill.folder / "damaged.backup"
    damaged.write_bytes(whole[: len(whole) // 2])
    process = other.start("restore", "--replace", damaged)
    output, _none = process.communicate(timeout=120)
    refused = process.returncode == 1 and "damaged" in output
    drill.hold(refused and other.contacts() == registry.contacts(), "a damaged backup was refused, nothing touched")
