"""A real Dask scheduler under many tasks that do nothing: workers and client lie in this process and share its thread.

Usage: scheduler.py JSON, with workers, tasks, window (tasks given out at once), photos (in a task) and told (events per task).
Prints one line of JSON.
"""
import asyncio
import itertools
import json
import os
import resource
import sys
import time

import dask
import distributed


def nothing(job, topic, told, answer):
    """What a task of extraction asks of Dask: a list of photos comes, some events and a list of hashes go."""
    worker = distributed.get_worker()
    for i in range(told):
        worker.log_event(topic, {"task": "task-1", "done": i})
    return "x" * answer


async def main(workers, tasks, window, photos, told):
    # What each process does for itself alone would be done a thousand times in this one.
    quiet = {"distributed.admin.tick.interval": "1h", "distributed.admin.tick.cycle": "1h"}
    dask.config.set({**quiet, "distributed.worker.profile.enabled": False, "distributed.admin.system-monitor.interval": "1h"})
    began = time.perf_counter()
    cluster = await distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address=None,
        worker_dashboard_address=None,
        memory_limit=0,
        asynchronous=True,
        silence_logs=50,
    )
    client = await distributed.Client(cluster, asynchronous=True)
    started = time.perf_counter() - began
    heard = 0

    def count(_event):
        nonlocal heard
        heard += 1

    client.subscribe_topic("bench", count)
    # A path has some 40 characters, an answer the hash of each photo.
    job, answer = "x" * (48 * photos), 80 * photos
    given = (client.submit(nothing, job, "bench", told, answer, key=f"task-{i}") for i in range(tasks))
    began, cpu = time.perf_counter(), time.process_time()
    done = distributed.as_completed(itertools.islice(given, window))
    finished = 0
    async for _future in done:
        finished += 1
        if (following := next(given, None)) is not None:
            done.add(following)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(
        json.dumps(
            {
                "workers": workers,
                "tasks": finished,
                "photos_a_task": photos,
                "events": heard,
                "start_seconds": round(started, 1),
                "seconds": round(seconds, 1),
                "cpu_seconds": round(cpu, 1),
                "tasks_a_second": round(finished / seconds, 1),
                "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        ),
        flush=True,
    )


    # Hundreds of workers take long to say goodbye.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
