"""Places between two writes that have to agree, at which a test has a process of its own killed.

A place is a line `failpoints.reach(Failpoint.X)`. It does nothing unless $NAB_FAILPOINT names it as this process
starts: then SIGKILL ends the process there, as a power cut or the kernel would. `name:3` is the third time.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum

VARIABLE = "NAB_FAILPOINT"


class Failpoint(StrEnum):
    """What has been done when a place is reached, and what has not."""

    LOG_WRITTEN = "log.written"  # the events are on the disk, the head is not noted
    LOG_ASIDE = "log.aside"  # a torn tail is kept in torn/, and still in the log
    LOG_MENDED = "log.mended"  # the log's end is mended, and nothing tells of it
    SEGMENT_CLOSED = (
        "segment.closed"  # a record's segment is whole on the disk, and the next one is not there
    )
    SEGMENT_BEGUN = "segment.begun"  # the next one is there, and empty
    CENSUS_RECORDED = "census.recorded"  # a look is in procs.jsonl, neither in the log nor kept
    CENSUS_TOLD = "census.told"  # a look is in the log, and not kept
    CENSUS_CLOSED = "census.closed"  # the box's end is in the log, and not kept
    UPLOAD_TOLD = "upload.told"  # an upload is in the log, and that it was read is not kept
    DENIALS_TOLD = "denials.told"  # some of what was refused is in the log, and some is not
    DISK_TOLD = "disk.told"  # the agent is told that its disk fills up, the log is not
    OUTCOMES_TOLD = "outcomes.told"  # changed outcomes are in the log, the derived files are the old ones
    DERIVED_WRITTEN = "derived.written"  # one derived file is new, the others are not
    CHECKPOINT_DUE = "checkpoint.due"  # all is published, and the checkpoint is the old one
    DROP_TOLD = "drop.told"  # that a record goes is in the log, and it is still there
    SYNC_TOLD = "sync.told"  # what the sync tells is in the log, and not in its own file
    SCAN_KEPT = "scan.kept"  # how far calls were read for diagnoses is kept, and nothing was asked
    DIAGNOSIS_KEPT = "diagnosis.kept"  # a whole answer is kept, and nothing tells of it
    ALARMS_SENT = "alarms.sent"  # a person was told, and that is not kept
    PREDICTION_KEPT = "prediction.kept"  # what is kept of an upload is on the disk, and not listed
    PREDICTIONS_LISTED = "predictions.listed"  # it is listed, and the upload is still there
    TURN_TOLD = "turn.told"  # a step of the turns is in the log, and the next is not taken


def reach(place: Failpoint) -> None:
    """Pass a place, or end there."""
    if place == WANTED.name and WANTED.is_reached():
        os.kill(os.getpid(), signal.SIGKILL)


class Wanted:
    """The place at which this process is to end, and how often it is to be reached before."""

    def __init__(self, told: str) -> None:
        self.name, _, times = told.partition(":")
        self.left = int(times or 1)

    def is_reached(self) -> bool:
        """Count one more time."""
        self.left -= 1
        return self.left == 0


WANTED = Wanted(os.environ.get(VARIABLE, ""))
