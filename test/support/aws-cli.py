"""The AWS CLI, started once: every call forks it, in an environment of its own, as a new process would have it.

Reads a JSON object a line on stdin ({"args": [...], "env": {...}}) and answers one a line on stdout
({"code": 0, "stdout": "...", "stderr": "..."}). What a first call imports is imported before the next is forked.
"""
import gc
import importlib
import json
import os
import sys
import tempfile
import traceback

import awscli.clidriver


def call(args, env):
    data = os.environ["AWS_DATA_PATH"]  # awscli sets it when it is imported.
    os.environ.clear()
    os.environ.update(env, AWS_DATA_PATH=data)
    sys.argv = ["aws", *args]
    return awscli.clidriver.main()


def forked(args, env):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as seen:
        pid = os.fork()
        if pid == 0:
            code = 255
            try:
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                known = set(sys.modules)
                code = call(args, env)
                sys.stdout.flush()
                sys.stderr.flush()
                seen.write("\n".join(sorted(set(sys.modules) - known)).encode())
                seen.flush()
            except SystemExit as stop:
                code = stop.code or 0
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        for file in (out, err, seen):
            file.seek(0)
        for name in filter(None, seen.read().decode().split("\n")):
            try:
                importlib.import_module(name)
            except Exception:
                pass  # A part that stands only while it is used: the call that needs it imports it.
        gc.freeze()
        return {"code": code, "stdout": out.read().decode(), "stderr": err.read().decode()}


print(flush=True)
for line in sys.stdin:
    print(json.dumps(forked(**json.loads(line))), flush=True)
