"""The Dask client of one run: `src/features/cluster/dask-client.ts` starts it, and speaks with it in lines of JSON.

Standard input: first the settings, then {"submit": job, "try": 1, "avoid": [workers]} and {"cancel": id}; its end ends the run. Standard
output: {"event": "workers" | "kind" | "began" | "done" | "finished" | "failed" | "lost", ...}.
"""
import asyncio
import contextlib
import json
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cloudpickle  # noqa: E402
import dask  # noqa: E402
import distributed  # noqa: E402
import objects  # noqa: E402
import program  # noqa: E402

for module in (program, objects):
    cloudpickle.register_pickle_by_value(module)

LOOK = 1  # Seconds between two looks for workers that came or went.
FROZEN = 10  # Seconds after which a worker that the scheduler does not hear of gets no task.
ALONE = 10  # Looks without any worker after which workers on this machine are given up.


def on_worker(name, method, *words):
    """Calls a method of the worker's plugin. It travels by value, as what is defined in a main program does."""
    import time

    from distributed import get_worker

    worker = get_worker()
    for _ in range(300):  # A worker that has just come may not have it yet.
        if name in worker.plugins:
            break
        time.sleep(0.1)
    return getattr(worker.plugins[name], method)(worker.get_current_task(), *words)


def say(event, **words):
    sys.stdout.write(json.dumps({"event": event, **words}) + "\n")
    sys.stdout.flush()


async def start_client(settings):
    """A client of the scheduler with this address, or of workers on this machine alone."""
    if "address" in settings["place"]:
        return await distributed.Client(settings["place"]["address"], asynchronous=True, timeout=30), None
    dask.config.set(
        {
            "distributed.scheduler.worker-ttl": "20s",
            "distributed.worker.profile.enabled": False,
            # Each look at itself takes time from the network, which computes on these cores too.
            "distributed.admin.tick.interval": "500ms",
            "distributed.admin.system-monitor.interval": "5s",
        }
    )
    cluster = await distributed.LocalCluster(
        n_workers=settings["place"]["local"],
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        # Keys made for this run: whoever reaches a scheduler can run programs as the one who started it.
        security=True,
        dashboard_address=None,
        memory_limit=0,
        asynchronous=True,
        silence_logs=40,
    )
    return await distributed.Client(cluster, asynchronous=True), cluster


class Run:
    """The tasks of one run."""

    def __init__(self, settings, client):
        self.settings, self.client = settings, client
        self.name, self.is_local = settings["plugin"], "local" in settings["place"]
        self.is_called = False
        self.workers, self.known, self.futures, self.watchers = set(), set(), {}, set()
        self.gathers = objects.Objects(settings["objects"]) if settings["objects"] else None

    def watch(self, work):
        watcher = asyncio.ensure_future(work)
        self.watchers.add(watcher)
        watcher.add_done_callback(self.watchers.discard)

    async def register(self):
        """Sends the plugin to all workers, those that come later too. A frozen one does not answer."""
        try:
            await self.client.register_plugin(program.Programs(self.settings))
        except Exception as error:
            say("failed", worker="the first", error=repr(error), refused=True)

    def heard(self, event):
        _, words = event
        say("done" if "done" in words else "began", **words)

    async def look(self):
        """Tells of workers that came and went, and asks each new one for its kind of processor."""
        alone = 0
        while alone < ALONE or not self.is_local:
            workers = await self.responsive()
            alone = 0 if workers else alone + 1
            if not workers and not self.is_called:
                # A cluster that scales itself starts a worker once there is a task.
                self.is_called = True
                self.watch(self.ask(None))
            if workers != self.workers:
                say("workers", count=len(workers))
            for address in workers - self.workers:
                self.watch(self.ask(address))
            self.workers = workers
            # Of a thousand workers the scheduler has more to tell.
            await asyncio.sleep(max(LOOK, len(workers) / 100))
        say("lost")

    async def responsive(self):
        """The workers that the scheduler has heard of lately; a frozen one is still there."""
        seen = {
            address: worker["last_seen"]
            for address, worker in (await self.client.scheduler.identity(n_workers=-1))["workers"].items()
        }
        self.known = set(seen)
        return {address for address, when in seen.items() if when > max(seen.values()) - FROZEN}

    async def ask(self, address):
        key = f"{self.name}-kind-{address}"
        try:
            where = address and [address]
            answer = json.loads(await self.client.submit(on_worker, self.name, "describe", key=key, workers=where))
        except Exception as error:
            # A worker that went needs none.
            if address is None or address in self.known:
                say("failed", worker=address or "the first", error=repr(error), refused=True)
            return
        say("failed" if "error" in answer else "kind", worker=address or "a worker", **answer)

    async def compute(self, job, number, avoid):
        # Else one that has come meanwhile may have it too.
        others = [*(self.workers - set(avoid))] if avoid or self.workers != self.known else []
        key = f"{self.name}-{job['id']}-{number}"
        future = self.client.submit(
            on_worker,
            self.name,
            "compute",
            json.dumps({**job, "keys": self.gathers is not None}),
            key=key,
            workers=others or None,
            # Should all of them go, any other will do.
            allow_other_workers=bool(others),
        )
        self.futures[job["id"], number] = future
        try:
            answer = json.loads(await future)
            if self.gathers and "photos" in answer:
                await asyncio.to_thread(self.gathers.get_rows, answer["photos"])
            if "error" in answer:
                say("failed", task=job["id"], **answer)
            else:
                say("finished", task=job["id"], answer=answer)
        except (distributed.client.FutureCancelledError, asyncio.CancelledError):
            if self.client.status != "running":
                say("lost")
        except Exception as error:
            say("failed", task=job["id"], error=f"{type(error).__name__}: {error}", refused=False)
        finally:
            self.futures.pop((job["id"], number), None)

    async def obey(self, lines):
        while (line := await lines.get()) is not None:
            words = json.loads(line)
            if "submit" in words:
                self.watch(self.compute(words["submit"], words["try"], words["avoid"]))
            else:
                await self.client.cancel([future for (job, _), future in self.futures.items() if job == words["cancel"]])

    async def watch_connection(self):
        while self.client.status == "running":
            await asyncio.sleep(0.2)
        say("lost")


async def main():
    settings = json.loads(sys.stdin.readline())
    loop, lines = asyncio.get_running_loop(), asyncio.Queue()

    def listen():
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=listen, daemon=True).start()
    client, cluster = await start_client(settings)
    run = Run(settings, client)
    try:
        client.subscribe_topic(run.name, run.heard)
        run.watch(run.register())
        parts = [asyncio.ensure_future(part) for part in (run.obey(lines), run.look(), run.watch_connection())]
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for part in done:
            part.result()
    finally:
        await asyncio.wait_for(end(run, client, cluster), 20)


async def end(run, client, cluster):
    """Cancels what is under way; the workers' programs stop within a batch and keep what they have."""
    if client.status == "running":
        await client.cancel(list(run.futures.values()), force=True)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(client.unregister_worker_plugin(run.name), 5)
    await client.close(2)
    if cluster:
        await cluster.close(5)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.stderr.flush()
        os._exit(1)
    # A frozen worker would be waited for.
    os._exit(0)
