"""What runs on a Dask worker: a Node program of this project, which is kept, and the tasks that it is given.

The client sends this module to the workers by value: they need Dask and the project, no Python package of it.
"""
import asyncio
import json
import os
import queue
import subprocess
import tempfile
import threading
import time

import dask
from distributed import WorkerPlugin
from objects import Objects

SILENCE = 60  # Seconds without a word after which the program is taken for frozen; it speaks after each batch.
TELL = 2  # Seconds between two words to the client.


class ProgramStopped(Exception):
    """The program ended, or is frozen. Another try may succeed."""


class Refused(Exception):
    """The program says why the photos can't be computed. Another try would end in the same way."""


class Program:
    """One Node process. It ends when its standard input does: with this process, however that ends."""

    def __init__(self, settings):
        home = os.environ.get("LITTLE_DATA_WORKER_HOME") or settings["home"]
        # Dask sets some for its own Python: memory that is given back at each chance, one thread. They would slow the program down.
        own = dask.config.get("distributed.nanny.pre-spawn-environ", {})
        env = {name: value for name, value in os.environ.items() if own.get(name) is None or str(own[name]) != value}
        env.update(settings["env"])
        try:
            self.process = subprocess.Popen(
                settings["command"], cwd=home, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise Refused(
                f"{settings['command'][0]} can't be started in {home} ({error}). Set the project up there, or name its folder in "
                "LITTLE_DATA_WORKER_HOME."
            ) from None
        self.words = queue.Queue()
        self.errors = []
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._keep_errors, daemon=True).start()
        self.kind = self.word()["ready"]

    def say(self, message):
        try:
            self.process.stdin.write((json.dumps(message) + "\n").encode())
            self.process.stdin.flush()
        except OSError:
            raise ProgramStopped(self.end()) from None

    def word(self):
        """The program's next message."""
        try:
            word = self.words.get(timeout=SILENCE)
        except queue.Empty:
            self.process.kill()
            raise ProgramStopped(f"The program said nothing for {SILENCE} s and was killed.") from None
        if word is None:
            raise self.failure()
        return word

    def failure(self):
        text = self.end()
        # A status of its own is what the program has to say; a signal came from elsewhere.
        return Refused(text) if (self.process.returncode or 0) > 0 else ProgramStopped(text)

    def end(self):
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        text = b"".join(self.errors).decode(errors="replace").strip()
        return text[-2000:] or f"The program ended with {self.process.returncode}."

    def close(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.end()

    def _listen(self):
        for line in self.process.stdout:
            # Libraries print other lines.
            if line.startswith(b"{"):
                self.words.put(json.loads(line))
        self.words.put(None)

    def _keep_errors(self):
        for line in self.process.stderr:
            self.errors = [*self.errors[-40:], line]


class Programs(WorkerPlugin):
    """The Node programs of one run on one worker: one for each task at a time, kept for the next one."""

    def __init__(self, settings):
        self.settings = settings
        self.name = settings["plugin"]

    def setup(self, worker):
        self.worker = worker
        self.lock = threading.Lock()
        self.idle = []
        self.busy = {}
        self.dropped = set()
        self.objects = None
        if self.settings["objects"]:
            self.objects = Objects(self.settings["objects"], tempfile.mkdtemp(dir=self.worker.local_directory))
            self.settings["env"]["LITTLE_DATA_DIR"] = self.objects.data

    async def teardown(self, worker):
        with self.lock:
            programs = [*self.idle, *(program for program, _ in self.busy.values())]
        await asyncio.gather(*(asyncio.to_thread(program.close) for program in programs))
        if self.objects:
            self.objects.remove()

    def transition(self, key, start, finish, **kwargs):
        """A task that nobody wants any more stops within a batch."""
        if start != "executing" or finish not in ("cancelled", "released", "forgotten"):
            return
        self.dropped.add(key)
        if key in self.busy:
            program, job = self.busy[key]
            threading.Thread(target=self._stop, args=(program, job), daemon=True).start()

    def _stop(self, program, job):
        try:
            program.say({"stop": job["id"]})
        except ProgramStopped:
            pass

    def take(self):
        with self.lock:
            while self.idle:
                program = self.idle.pop()
                if program.process.poll() is None:
                    return program
        return Program(self.settings)

    def describe(self, _key):
        """The kind of processor of this worker, as JSON. Its program is ready from then on."""
        return self._answer(lambda: {"kind": self._ready()})

    def compute(self, key, text):
        """The program's answer to a job; both are JSON."""
        return self._answer(lambda: self._compute(key, json.loads(text)))

    def _answer(self, work):
        """What went wrong is an answer too: classes of errors do not travel well."""
        try:
            return json.dumps(work())
        except (Refused, ProgramStopped) as error:
            return json.dumps({"error": str(error), "refused": isinstance(error, Refused)})

    def _ready(self):
        program = self.take()
        with self.lock:
            self.idle.append(program)
        return program.kind

    def _compute(self, key, job):
        tell = lambda **words: self.worker.log_event(self.name, {"task": job["id"], **words})  # noqa: E731
        tell(began=self.worker.address)
        program = self.take()
        self.busy[key] = (program, job)
        try:
            with self.objects.fetched(job) if self.objects else nothing(job) as own:
                program.say(own)
                if key in self.dropped:
                    self._stop(program, own)
                told = time.monotonic()
                while True:
                    word = program.word()
                    if word.get("id") != own["id"]:
                        continue
                    if "error" in word:
                        raise Refused(word["error"])
                    if "done" not in word:
                        break
                    if time.monotonic() - told > TELL:
                        told = time.monotonic()
                        tell(done=word["done"])
                if self.objects and "photos" in word:
                    self.objects.put_rows(word["photos"])
        finally:
            self.busy.pop(key, None)
            self.dropped.discard(key)
        with self.lock:
            self.idle.append(program)
        return word


class nothing:
    """A job as it is: the photos lie in a folder that this machine shares."""

    def __init__(self, job):
        self.job = job

    def __enter__(self):
        return self.job

    def __exit__(self, *_):
        pass
