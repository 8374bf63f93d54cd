"""Runs a cell in a kernel, asks the kernel to end, as Kernel > Restart does, and does the same with the next kernel.

Input: the cell. Output: a JSON list of `{"text": ..., "code": ...}`, what was printed and how the process of each kernel ended.
"""

import json
import sys

from jupyter_client.manager import start_new_kernel

cell = sys.stdin.read()
ended = []
for _ in range(2):
    manager, client = start_new_kernel(kernel_name="tslab", startup_timeout=120)
    text = ""

    def keep(message):
        global text
        if message["msg_type"] == "stream":
            text += message["content"]["text"]

    try:
        client.execute_interactive(cell, timeout=120, output_hook=keep)
        process = manager.provisioner.process
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=False)
    ended.append({"text": text, "code": process.returncode})
json.dump(ended, sys.stdout)
