"""A real Dask scheduler, in a process of its own, under many tasks that do nothing; workers and client share another process.

Usage: scheduler.py JSON, with workers, threads (of each), tasks, photos (in a task), told (events per task) and rest (seconds before
the tasks). Prints one line of JSON; `scheduler_cpu_ms_a_task` is the processor time of the scheduler's process alone.
"""
import asyncio
import itertools
import json
import os
import subprocess
import sys
import time

import dask
import distributed
import psutil

QUIET = {
    # What each worker's process does for itself alone would be done a thousand times in this one.
    "distributed.admin.tick.interval": "1h",
    "distributed.admin.tick.cycle": "1h",
    "distributed.admin.system-monitor.interval": "1h",
    "distributed.worker.profile.enabled": False,
}


def nothing(job, topic, told, answer):
    """What a task of extraction asks of Dask: a list of photos comes, some events and a list of hashes go."""
    worker = distributed.get_worker()
    for i in range(told):
        worker.log_event(topic, {"task": "task-1", "done": i})
    return "x" * answer


def start_scheduler():
    code = (
        "import asyncio, distributed\n"
        "async def main():\n"
        "    scheduler = await distributed.Scheduler(host='127.0.0.1', port=0, dashboard=False)\n"
        "    print(scheduler.address, flush=True)\n"
        "    await scheduler.finished()\n"
        "asyncio.run(main())\n"
    )
    process = subprocess.Popen([sys.executable, "-I", "-c", code], stdout=subprocess.PIPE, text=True)
    return psutil.Process(process.pid), process.stdout.readline().strip(), process


def cpu_of(process):
    times = process.cpu_times()
    return times.user + times.system


async def main(workers, threads, tasks, photos, told, rest):
    dask.config.set(QUIET)
    scheduler, address, process = start_scheduler()
    options = {"nthreads": threads, "memory_limit": 0, "dashboard": False}
    for start in range(0, workers, 50):
        some = range(start, min(workers, start + 50))
        await asyncio.gather(*(distributed.Worker(address, name=i, **options) for i in some))
    client = await distributed.Client(address, asynchronous=True)
    before = cpu_of(scheduler)
    await asyncio.sleep(rest)
    at_rest = (cpu_of(scheduler) - before) / rest

    heard = itertools.count()
    client.subscribe_topic("bench", lambda _event: next(heard))
    # A path has some 40 characters, an answer the hash of each photo.
    job, answer = "x" * (48 * photos), 80 * photos
    given = (client.submit(nothing, job, "bench", told, answer, key=f"task-{i}") for i in range(tasks))
    began, before = time.perf_counter(), cpu_of(scheduler)
    done = distributed.as_completed(itertools.islice(given, 3 * workers * threads))
    finished = 0
    async for _future in done:
        finished += 1
        if (following := next(given, None)) is not None:
            done.add(following)
    seconds, cpu = time.perf_counter() - began, cpu_of(scheduler) - before
    found = {
        **{"workers": workers, "threads": threads, "tasks": finished, "photos_a_task": photos, "events": next(heard)},
        "seconds": round(seconds, 1),
        "tasks_a_second": round(finished / seconds, 1),
        "scheduler_cpu_ms_a_task": round(1000 * cpu / finished, 3),
        "scheduler_cpu_share_at_rest": round(at_rest, 3),
        "scheduler_memory_mb": round(scheduler.memory_info().rss / 2**20),
    }
    print(json.dumps(found), flush=True)
    process.kill()
    # Hundreds of workers take long to say goodbye.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
