"""Executes one notebook: a line per cell as it goes; exit status 1 where anything fails, also outside a cell.

Usage: run_notebook.py NOTEBOOK OUTPUT [--html FILE] [--timeout SECONDS]
"""
import argparse
import base64
import html
import os
import re
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def first_line(source):
    lines = [line.strip() for line in source.splitlines()]
    code = [line for line in lines if line and not line.startswith(("import ", "//", "}", ")"))]
    line = (code or lines or [""])[0]
    return line if len(line) <= 72 else line[:69] + "..."


def outputs_of(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def stderr_of(notebook):
    return "".join(output["text"] for output in outputs_of(notebook) if output.get("name") == "stderr")


def execute(notebook, folder, timeout, name):
    codes = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    # Errors that come after their cell has ended get the time to end the kernel.
    notebook.cells.append(nbformat.v4.new_code_cell("await new Promise((resolve) => setTimeout(resolve, 300));"))
    started = {}

    async def cell_starts(cell, cell_index):
        if cell_index in codes:
            started[cell_index] = time.monotonic()
            place = f"[{codes.index(cell_index) + 1:2}/{len(codes)}]"
            print(f"{place} {first_line(cell.source):<72}", end="", flush=True)

    async def cell_ends(cell, cell_index, execute_reply):
        if cell_index in codes:
            print(f" {time.monotonic() - started[cell_index]:6.1f} s", flush=True)

    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="tslab",
        record_timing=False,
        resources={"metadata": {"path": folder}},
        on_cell_execute=cell_starts,
        on_cell_executed=cell_ends,
    )
    try:
        # As JupyterLab does: what a notebook writes goes by its name.
        client.execute(env={**os.environ, "JPY_SESSION_NAME": name})
        late = re.search(r"^(unhandledRejection|uncaughtException) outside a cell: .*", stderr_of(notebook), re.M)
        return f"An error outside a cell: {late[0]}" if late else None
    except CellExecutionError as error:
        # tslab reports errors as text on stderr; nbclient's own message repeats the whole cell.
        return stderr_of(notebook).strip() or str(error)
    except CellTimeoutError:
        return f"A cell took more than {timeout} s."
    except (DeadKernelError, RuntimeError) as error:
        return f"The kernel ended ({error}). {stderr_of(notebook).strip()}"
    finally:
        notebook.cells.pop()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".part", path)


def with_descriptions(page, notebook):
    """nbconvert says of each picture that it has no description: here it gets the words that stand beside it in its output."""
    words = {}
    for data in (output.get("data", {}) for output in outputs_of(notebook)):
        for kind in ("image/svg+xml", "image/jpeg"):
            picture = data.get(kind)
            if picture:
                coded = base64.b64encode(picture.encode()).decode() if kind == "image/svg+xml" else picture
                words[f"data:{kind};base64,{coded}"] = data.get("text/plain", "")

    def described(image):
        return f'<img alt="{html.escape(words[image[2]])}"{image[1]} src="{image[2]}"' if image[2] in words else image[0]

    return re.sub(r'<img alt="[^"]*"([^>]*) src="([^"]*)"', described, page)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook")
    parser.add_argument("output")
    parser.add_argument("--html")
    parser.add_argument("--timeout", type=int, default=3600)
    options = parser.parse_args()
    notebook = nbformat.read(options.notebook, 4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    place = os.path.abspath(options.notebook)
    failure = execute(notebook, os.path.dirname(place), options.timeout, place)
    write(options.output, nbformat.writes(notebook))
    if options.html:
        from nbconvert import HTMLExporter

        title = os.path.splitext(os.path.basename(options.notebook))[0]
        exporter = HTMLExporter(embed_images=True)
        page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
        write(options.html, with_descriptions(page, notebook))
    if failure:
        print(f"\nFailed: {failure}", file=sys.stderr)
        sys.exit(1)


main()
