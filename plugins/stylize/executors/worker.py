"""The worker: a process with torch that performs the tasks it is sent (see `wire_protocol`).

Three tasks are in work at a time, each step in a thread: one photo is read while another is on the network
and a third is written, so the network never waits for a disk. The first is read while torch is imported.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from queue import Queue
from typing import Any, BinaryIO

from ..model.errors import UserError
from ..model.memory_limit import find_memory_limit
from .energy_meters import EnergyMeters
from .interface import Done, Failed, Note, Progress, TrainingStep, Tuned
from .perform import Engine, WorkItem, compute, make_failure, make_outcome, read_inputs, write
from .wire_protocol import Event, Ready, Started, encode_message, parse_task
from .worker_memory import MemoryGate

Send = Callable[[Event], None]


def serve_tasks(lines: BinaryIO, events: BinaryIO, *, load: Callable[[str], Engine], device: str) -> None:
    """Perform the tasks of `lines` until they end; the process exits then."""
    send = _make_sender(events)
    is_ready = threading.Event()
    gate = MemoryGate(find_memory_limit())
    received, read, computed = Queue[WorkItem](), Queue[WorkItem](maxsize=1), Queue[WorkItem](maxsize=1)

    def receive() -> WorkItem:
        item = received.get()
        gate.enter(item.task)
        return item

    def finish(event: Event) -> None:
        is_ready.wait()  # nothing is sent before `Ready`
        if isinstance(event, Done | Tuned | Failed):
            gate.leave(event.job)
        send(event)

    _start_thread(_receive, lines, received.put, finish)
    _start_thread(_repeat, read_inputs, receive, read.put, finish)
    try:
        engine = load(device)
    except UserError as error:
        send(Failed(job="", message=str(error), final=True))
        return
    meters = EnergyMeters(card=engine.device_name not in ("cpu", "mps"))

    def report(event: Progress | TrainingStep | Note) -> None:
        meters.read()  # a counter may pass its end within slow work
        send(event)

    def compute_metered(item: WorkItem) -> WorkItem:
        send(Started(job=item.task.job))
        result, energy = meters.around(
            lambda: compute(item, engine=engine, report=report),
            earlier=lambda result: result.seconds - item.seconds,
        )
        return replace(result, energy=energy, energy_source=meters.source)

    send(Ready())
    is_ready.set()
    write_result = partial(write, engine=engine)
    _start_thread(_repeat, write_result, computed.get, lambda item: finish(make_outcome(item)), finish)
    _repeat(compute_metered, read.get, computed.put, finish)


def _start_thread(target: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=target, args=arguments, daemon=True).start()


def _make_sender(events: BinaryIO) -> Send:
    """Return the function with which every thread sends its events, one whole line at a time."""
    lock = threading.Lock()

    def send(event: Event) -> None:
        with lock:
            try:
                events.write(encode_message(event))
                events.flush()
            except OSError:
                os._exit(1)  # the executor is gone

    return send


def _receive(lines: BinaryIO, put: Callable[[WorkItem], None], send: Send) -> None:
    for line in lines:
        try:
            put(WorkItem(task=parse_task(line)))
        except ValueError as error:
            send(Failed(job="", message=str(error)))
    os._exit(0)  # the executor is done or gone; torch cannot be interrupted in a gentler way


def _repeat(
    step: Callable[[WorkItem], WorkItem],
    get: Callable[[], WorkItem],
    put: Callable[[WorkItem], None],
    send: Send,
) -> None:
    """Do one step for item after item; if it fails, report that and continue with the next item."""
    while True:
        _do(step, get(), put, send)  # no variable here keeps an item while the next one is waited for


def _do(
    step: Callable[[WorkItem], WorkItem],
    item: WorkItem,
    put: Callable[[WorkItem], None],
    send: Send,
) -> None:
    begun = time.monotonic()
    try:
        result = step(item)
    except Exception as error:
        send(make_failure(item.task, error))
    else:
        put(replace(result, seconds=result.seconds + time.monotonic() - begun))
