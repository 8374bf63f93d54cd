"""Compares a Python environment with what it should hold; is run by the interpreter of that environment.

Usage: verify.py REQUIREMENTS. Prints the files and folders that its packages consist of, as JSON, relative to the
environment; or, with exit status 1, a line for each package that is missing or whose files aren't those of its RECORD.
"""
import base64
import hashlib
import importlib.metadata
import json
import pathlib
import sys

from packaging.requirements import Requirement


def required(file):
    """The packages that a requirements file asks for on this machine."""
    for line in pathlib.Path(file).read_text("utf-8").replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            requirement = Requirement(line.split("--hash")[0].strip())
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement


def fault_of(file):
    """What is wrong with a file of a RECORD, or None. pip wrote the programs in bin itself, and set-up their first line."""
    place = pathlib.Path(file.locate())
    if not place.exists():
        return f"{file} is missing"
    if file.hash is None or ".." in file.parts:
        return None
    digest = hashlib.new(file.hash.mode, place.read_bytes()).digest()
    found = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return None if found == file.hash.value else f"{file} differs from its RECORD"


def main():
    faults, parts = [], set()
    for requirement in required(sys.argv[1]):
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            faults.append(f"{requirement} is missing")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            faults.append(f"{requirement} is there as {version}")
    for distribution in importlib.metadata.distributions():
        files = distribution.files or []
        found = [fault_of(file) for file in files if file.suffix != ".pyc"] or ["it has no RECORD"]
        faults += [f"{distribution.name}: {fault}" for fault in found if fault]
        own = {file.parts[0] for file in files if file.parts[0] not in ("..", "__pycache__")}
        parts |= {str(distribution.locate_file(name).relative_to(sys.prefix)) for name in own}
    if faults:
        print("\n".join(faults[:20]))
        sys.exit(1)
    print(json.dumps(sorted(parts)))


main()
