"""Two hosts, a primary database and its streaming replica: one host dies, the primary dies, the database is away."""

import os
import shutil
import time

from postgresql import Server, programs
from registry import Host, Registry
from writer import Writer, stop, wait_for_writes


def cluster(drill):
    found = programs()
    drill.say(f"Two hosts, PostgreSQL {found.parts[-2]} primary and streaming replica")
    room = drill.folder / "postgresql"
    room.mkdir()
    if os.geteuid() == 0:
        shutil.chown(room, "postgres")
        room.chmod(0o755)
        drill.folder.chmod(0o755)
    primary, replica = (Server(found, room / name) for name in ("primary", "replica"))
    hosts = []
    try:
        primary.make()
        primary.copy_to(replica)
        address = f"127.0.0.1:{primary.port},127.0.0.1:{replica.port}"
        registry = Registry(
            drill.folder / "cluster", f"postgres://drill@{address}/relations?target_session_attrs=read-write"
        )
        registry.prepare()
        # From here on a write is reported as saved when the replica has it too.
        primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.sql("SELECT pg_reload_conf()")
        hosts = [Host(registry), Host(registry)]
        institution = registry.institution()
        orders = [hosts[number % 2 :] + hosts[: number % 2] for number in range(4)]
        writers = [Writer(order, institution) for order in orders]
        for writer in writers:
            writer.start()
        losing_hosts(drill, hosts, writers, primary, replica)
        database_away(drill, hosts, writers, replica)
        stop(writers)
        drill.compare(writers, registry)
    finally:
        for host in hosts:
            host.kill()
        for server in (primary, replica):
            server.down()


def losing_hosts(drill, hosts, writers, primary, replica):
    wait_for_writes(writers, 20)
    hosts[0].kill()
    drill.say("One application host was killed under load")
    wait_for_writes(writers, 20)
    before = sum(len(writer.saved) for writer in writers)
    primary.kill()
    drill.say("The primary database was killed under load")
    time.sleep(3)
    status, page = writers[0].pages.get(f"{hosts[1].address}/partners/")
    drill.hold(status == 503 and "out of reach" in page, f"meanwhile pages answer {status} in the site's design")
    replica.program("pg_ctl", "-D", replica.folder, "-w", "promote")
    replica.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
    replica.sql("SELECT pg_reload_conf()")
    drill.say("The replica was promoted")
    hosts[0].up()
    wait_for_writes(writers, 20)
    after = sum(len(writer.saved) for writer in writers)
    drill.hold(after > before, f"writing went on by itself: {after - before} saved after the primary was gone")
    gap = max(writer.longest_gap for writer in writers)
    drill.say(f"The longest time in which somebody could not save: {gap:.1f} s")


def database_away(drill, hosts, writers, server):
    """Stop the database and start it again: every page says so meanwhile, and all goes on without a hand."""
    server.program("pg_ctl", "-D", server.folder, "-w", "-m", "fast", "stop")
    addresses = ("/", "/ru/partners/", "/reports/", "/search/?q=uni", "/partners.csv", "/admin/", "/readyz")
    answers = {address: writers[0].pages.get(f"{hosts[1].address}{address}")[0] for address in addresses}
    alive, _page = writers[0].pages.get(f"{hosts[1].address}/healthz")
    drill.hold(set(answers.values()) == {503} and alive == 200, f"without the database: {answers}, /healthz {alive}")
    before = sum(len(writer.saved) for writer in writers)
    server.up()
    wait_for_writes(writers, 8, seconds=30)
    status, _page = writers[0].pages.get(f"{hosts[1].address}/partners/")
    after = sum(len(writer.saved) for writer in writers)
    drill.hold(status == 200 and after > before, f"the database is back: pages {status}, {after - before} saved")
