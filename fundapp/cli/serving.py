"""The production server: gunicorn in this process, the worker as its child."""

import gc
import os
import subprocess
import sys
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from fundapp.config import Settings
from fundapp.core import clock, web
from fundapp.core.db import db


def parent() -> int:
    """Give the process that started this one, when it asked to be watched."""
    return int(os.environ.get("FUNDAPP_PARENT", "0"))


def is_orphan(watched: int) -> bool:
    """Tell whether the watched parent is gone."""
    return bool(watched) and os.getppid() != watched


class Punctual(ThreadWorker):
    """A worker that remembers when a request reached it, since in a rush it may wait for a thread.

    A deadline is judged by that instant. A connection that was opened early and on which nothing had been
    sent when its turn came gains nothing: its request counts from when it is read.
    """

    def enqueue_req(self, conn: Any) -> None:
        """Note the instant and let the request wait for a thread."""
        conn.arrived_at = clock.now()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer a request, which can ask when it arrived."""
        is_there = conn.initialized or conn.wait_for_data(0)
        token = web.arrival.set(conn.arrived_at if is_there else None)
        try:
            return super().handle(conn)
        finally:
            web.arrival.reset(token)


class Server(BaseApplication):
    """Gunicorn without a settings file: what it needs comes from ours."""

    def __init__(self, app: Flask, host: str, port: int, *, with_worker: bool) -> None:
        self.app, self.with_worker = app, with_worker
        self.place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.worker: subprocess.Popen[bytes] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        ours: Settings = self.app.config["SETTINGS"]
        values = {
            "bind": self.place,
            "workers": ours.workers,
            "threads": ours.threads,
            "worker_class": Punctual,
            "preload_app": True,
            "timeout": 120,
            "graceful_timeout": 15,
            "loglevel": "warning",
            "proc_name": "fundapp",
            "forwarded_allow_ips": "127.0.0.1,::1",
            "control_socket_disable": True,
            "when_ready": self._start_worker,
            "on_exit": self._stop_worker,
            "post_fork": self._settle,
        }
        for name, value in values.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Give the application, built once before the processes fork."""
        with self.app.app_context():
            db.engine.dispose()
        gc.collect()
        gc.freeze()  # the code is shared memory of all processes and never garbage
        return self.app

    def _settle(self, server: Any, worker: Any) -> None:
        with self.app.app_context():
            db.engine.dispose(close=False)  # connections of the parent are not ours to close

    def _start_worker(self, server: Any) -> None:
        if self.app.config["SETTINGS"].testing:
            return
        if self.with_worker:
            # A session of its own: Ctrl-C reaches this process, which then ends the worker in order.
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "fundapp", "worker"],
                env={**os.environ, "FUNDAPP_PARENT": str(os.getpid())},
                start_new_session=True,
            )
        address = server.LISTENERS[0].sock.getsockname()
        click.echo(f"fundapp: http://{address[0]}:{address[1]}   (Ctrl-C ends it)")

    def _stop_worker(self, server: Any) -> None:
        if self.worker is not None and self.worker.poll() is None:
            self.worker.terminate()
            try:
                self.worker.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.worker.kill()


def run(app: Flask, host: str, port: int, *, with_worker: bool = True) -> None:
    """Serve until told to stop; with_worker: the scheduled jobs run beside it."""
    Server(app, host, port, with_worker=with_worker).run()
