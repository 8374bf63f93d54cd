"""Executes one notebook and prints its section titles, with the progress of long work; exit status 1 where anything fails,
also outside a cell.

Usage: run_notebook.py NOTEBOOK OUTPUT [--html FILE] [--timeout SECONDS]
"""
import argparse
import os
import re
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


# Errors that come after their cell has ended get the time to end the kernel.
last_wait = "await new Promise((resolve) => setTimeout(resolve, 300));"


class Client(NotebookClient):
    """Prints the section that a cell stands in before it runs, and the newest line of its progress."""

    shown = None
    progress = ""
    display = None

    async def starts(self, cell, cell_index):
        section = title_before(self.nb, cell_index)
        if section and section != self.shown:
            print(section, flush=True)
            self.shown = section

    async def ends(self, cell, cell_index, execute_reply):
        self.end_line()

    def end_line(self):
        if self.progress:
            # In a terminal the line is there already.
            print("" if sys.stdout.isatty() else f"   {self.progress}", flush=True)
            self.progress = ""

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("display_data", "update_display_data"):
            content = msg["content"]
            line = content["data"].get("text/plain", "")
            if re.match(r"\s*(\d+/\d+ \[|Epoch +\d+/\d+ )", line):
                if content["transient"].get("display_id") != self.display:
                    self.end_line()
                    self.display = content["transient"].get("display_id")
                self.progress = line.strip()
                if sys.stdout.isatty():
                    width = os.get_terminal_size().columns - 4
                    print(f"\r\x1b[K   {self.progress[:width]}", end="", flush=True)
        return super().process_message(msg, cell, cell_index)


def title_before(notebook, index):
    """The title of the section that the cell `index` stands in, without its mark; none for the cell that ends the run."""
    if notebook.cells[index].source == last_wait:
        return None
    for cell in reversed(notebook.cells[: index + 1]):
        title = re.match(r"#+ (.+)", cell.source) if cell.cell_type == "markdown" else None
        if title:
            return title[1]
    return None


def outputs_of(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def stderr_of(notebook):
    return "".join(output["text"] for output in outputs_of(notebook) if output.get("name") == "stderr")


def execute(notebook, folder, timeout, name):
    notebook.cells.append(nbformat.v4.new_code_cell(last_wait))
    client = Client(
        notebook,
        timeout=timeout,
        kernel_name="tslab",
        record_timing=False,
        resources={"metadata": {"path": folder}},
    )
    client.on_cell_execute, client.on_cell_executed = client.starts, client.ends
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
        exporter = HTMLExporter(embed_images=True, template_name="little-data")
        page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
        write(options.html, page)
    if failure:
        print(f"\nFailed: {failure}", file=sys.stderr)
        sys.exit(1)


main()
