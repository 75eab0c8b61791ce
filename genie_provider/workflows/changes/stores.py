"""stores: where the history of a stack is kept: as `genie:history` says, else in a folder beside its state."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from ...client.api.files import volume_path
from ...config.context import StackContext
from ...review.history.ledger import Ledger
from ...review.history.records import HistoryError
from ...review.history.stores import FolderStore, Store, VolumeStore, bucket_store
from ..pulumi_cli import Engine
from ..recover import state_folder

OFF = "off"
_FOLDER = ".genie/history"


def ledger_of(context: StackContext, engine: Engine) -> Ledger | None:
    """The stack's history; None where `genie:history` is off.

    Raises:
        HistoryError: the backend keeps no files beside the state, or the place cannot be meant.
    """
    setting = context.settings.history
    if setting.lower() == OFF:
        return None
    below = f"{context.project or engine.project_name}/{engine.stack_file_name}"
    return Ledger(store_at(setting or beside_state(engine), below, context))


def store_at(place: str, below: str, context: StackContext) -> Store:
    """A store.

    Args:
        place: a folder (from the project's on), an address, or a path on a volume.
        below: the part of it that is the stack's.
    """
    if place.startswith(("/Volumes/", "dbfs:/Volumes/")):
        return VolumeStore(context.connect(), f"{volume_path(place)}/{below}")
    scheme = urlsplit(place).scheme
    if scheme in ("s3", "azblob", "gs"):
        return bucket_store(place, below, os.environ)
    if scheme in ("http", "https"):
        raise HistoryError(_NO_PLACE.format(place))
    folder = state_folder(place, context.folder).parent if scheme == "file" else Path(context.folder, place)  # type: ignore[union-attr]
    return FolderStore(folder / below)


def beside_state(engine: Engine) -> str:
    """A place for the history on the backend that has the state.

    Raises:
        HistoryError: that backend keeps states alone (Pulumi Cloud).
    """
    url = engine.backend_url()
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", ""):
        raise HistoryError(_NO_PLACE.format(url or "this backend"))
    return parts._replace(path=f"{parts.path.rstrip('/')}/{_FOLDER}").geturl()


_NO_PLACE = (
    "{0} keeps no files beside the state; set genie:history in the stack's file to a volume "
    "(/Volumes/catalog/schema/volume/genie), s3://…, azblob://…, gs://… or a folder, or to off"
)
