"""An event file by TensorBoard's own writer, with fixed times, so that Gradus' can be held against its bytes.

Writes events.tfevents. Needs tensorboard (2.21.0) alone.
"""
import pathlib

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def scalars(**values):
    return Summary(value=[Summary.Value(tag=tag.replace("_", "/"), simple_value=value)
                          for tag, value in values.items()])


EVENTS = [
    Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    Event(wall_time=1700000000.25, step=3, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1700000001.5, step=7,
          summary=scalars(loss_training=0.3125, loss_validation=0.1)),
    Event(wall_time=1700000002.5, step=70000, summary=scalars(loss_training=float("nan"))),
]
path = pathlib.Path(__file__).resolve().parent / "events.tfevents"
with path.open("wb") as file:
    writer = RecordWriter(file)
    for event in EVENTS:
        writer.write(event.SerializeToString())
    writer.flush()
print(path.name, path.stat().st_size, "bytes")
