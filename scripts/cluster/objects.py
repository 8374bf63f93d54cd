"""Photos and rows in an object store (s3, gs, abfs and what else fsspec knows), for machines that share no folder."""
import contextlib
import os
import secrets
import shutil

import fsspec


class Objects:
    """`photos`: the address of the photos, under their names below the folder; `rows`: that of the rows, under their keys."""

    def __init__(self, settings, folder=None):
        self.settings = settings
        self.photos, self.photos_root = fsspec.core.url_to_fs(settings["photos"])
        self.rows, self.rows_root = fsspec.core.url_to_fs(settings["rows"])
        self.folder = folder
        # The program's store, as `LITTLE_DATA_DIR` names it.
        self.data = folder and os.path.join(folder, "data")

    @contextlib.contextmanager
    def fetched(self, job):
        """The job with the photos in a folder of this machine."""
        here = os.path.join(self.folder, f"job-{secrets.token_hex(4)}")
        os.makedirs(here)
        try:
            names = [os.path.join(here, f"{i}{os.path.splitext(name)[1]}") for i, name in enumerate(job["photos"])]
            self.photos.get([f"{self.photos_root}/{name}" for name in job["photos"]], names)
            yield {**job, "photos": names}
        finally:
            shutil.rmtree(here, ignore_errors=True)

    def put_rows(self, photos):
        """Puts the rows of a job there; an object appears whole. What lies here is not needed any more."""
        keys = sorted({photo["key"] for photo in photos if "key" in photo})
        here = [self._in(os.path.join(self.data, "cache", "features"), key) for key in keys]
        self.rows.makedirs(self.rows_root, exist_ok=True)
        for folder in {key[:2] for key in keys}:
            self.rows.makedirs(f"{self.rows_root}/{folder}", exist_ok=True)
        self.rows.put(here, [f"{self.rows_root}/{key[:2]}/{key}" for key in keys])
        for file in here:
            os.remove(file)

    def get_rows(self, photos):
        """Brings rows into the client's store; each appears whole."""
        store, token = self.settings["store"], self.settings["token"]
        files = {key: self._in(store, key) for key in {photo["key"] for photo in photos if "key" in photo}}
        files = {key: file for key, file in files.items() if not os.path.exists(file)}
        for file in files.values():
            os.makedirs(os.path.dirname(file), exist_ok=True)
        beside = {key: f"{file}.{token}-{secrets.token_hex(4)}.part" for key, file in files.items()}
        self.rows.get([f"{self.rows_root}/{key[:2]}/{key}" for key in files], [beside[key] for key in files])
        for key, file in files.items():
            os.replace(beside[key], file)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _in(store, key):
        return os.path.join(store, "rows", key[:2], key)
