"""Sends cells to a kernel, as a notebook does, and prints what came back.

Input: a JSON list of cells, each `{"code": ..., "early": bool, "interrupt": seconds}`. A cell with `early` is sent before the
one above it is answered; one with `interrupt` is interrupted so long after it was sent.
Output: a JSON list of `{"status": ..., "text": ..., "shown": [...]}`; `text` is all that the cell printed, `shown` the MIME
bundles that it displayed.
"""
import json
import sys
import threading

from jupyter_client.manager import start_new_kernel

cells = json.load(sys.stdin)
manager, client = start_new_kernel(kernel_name="tslab", startup_timeout=120)
results = {}


def read_until_answered(ids):
    """Reads until all of these cells are answered and the kernel says of each that it is idle again."""
    waiting = set(ids)
    while waiting:
        message = client.get_iopub_msg(timeout=120)
        parent, content = message["parent_header"].get("msg_id"), message["content"]
        if parent not in results:
            continue
        if message["msg_type"] == "stream":
            results[parent]["text"] += content["text"]
        if message["msg_type"] == "display_data":
            results[parent]["shown"].append(content["data"])
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            waiting.discard(parent)
    while any(results[cell]["status"] is None for cell in ids):
        reply = client.get_shell_msg(timeout=120)
        if reply["msg_type"] == "execute_reply":
            results[reply["parent_header"]["msg_id"]]["status"] = reply["content"]["status"]


try:
    unanswered = []
    for cell in cells:
        if not cell.get("early"):
            read_until_answered(unanswered)
            unanswered = []
        sent = client.execute(cell["code"])
        results[sent] = {"status": None, "text": "", "shown": []}
        unanswered.append(sent)
        if cell.get("interrupt"):
            threading.Timer(cell["interrupt"], manager.interrupt_kernel).start()
    read_until_answered(unanswered)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
json.dump(list(results.values()), sys.stdout)
