"""files: files and folders on volumes, `/api/2.0/fs/files/Volumes/…` and `/api/2.0/fs/directories/Volumes/…`.

Answers as the documentation of the Files API has them: 204 for what was done, bytes for a file, its size and last
change as headers.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from ..catalog import privileges, securables
from ..errors import ApiError, denied
from ..http.exchange import answer, caller_of, page_in, paged, workspace_of
from ..state import volume_files


def _path(request: Request, writes: bool = False) -> str:
    """The path asked for, on a volume that is there and that the caller may read (write)."""
    workspace, caller = workspace_of(request), caller_of(request)
    path = volume_files.plain(f"/Volumes/{request.path_params['path']}")
    volume = volume_files.volume_of(path)
    securables.require(workspace, caller, "volume", volume)
    if writes and not privileges.may_write_volume(workspace, caller, volume):
        raise denied(f"User does not have WRITE VOLUME on Volume '{volume}'.")
    return path


def _missing(path: str) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"No such file or directory: {path}")


def _file(request: Request) -> volume_files.Entry:
    path = _path(request)
    found = volume_files.find(workspace_of(request), path)
    if found is None or found.is_folder:
        raise _missing(path)
    return found


async def upload(request: Request) -> Response:
    workspace, path = workspace_of(request), _path(request, writes=True)
    overwrite = request.query_params.get("overwrite", "").lower() == "true"
    with workspace.store.writing():
        volume_files.put(workspace, path, request.scope["upload"], overwrite)
    return Response(status_code=204)


async def download(request: Request) -> Response:
    """The bytes, or the range of them that was asked for."""
    found = _file(request)
    headers = _headers(found)
    if request.method == "HEAD":
        return Response(headers={**headers, "content-length": str(found.size_bytes)})
    return FileResponse(workspace_of(request).blobs.path(found.blob), headers=headers)


def _headers(found: volume_files.Entry) -> dict[str, str]:
    return {"content-type": "application/octet-stream", "last-modified": formatdate(found.changed, usegmt=True)}


async def delete(request: Request) -> Response:
    workspace, path = workspace_of(request), _path(request, writes=True)
    found = volume_files.find(workspace, path)
    if found is None or found.is_folder:
        raise _missing(path)
    with workspace.store.writing():
        volume_files.remove(workspace, path)
    return Response(status_code=204)


async def make_folder(request: Request) -> Response:
    workspace, path = workspace_of(request), _path(request, writes=True)
    with workspace.store.writing():
        volume_files.make_folder(workspace, path)
    return Response(status_code=204)


async def list_folder(request: Request) -> Response:
    workspace, path = workspace_of(request), _path(request)
    found = volume_files.find(workspace, path)
    if found is None or not found.is_folder:
        raise _missing(path)
    if request.method == "HEAD":
        return Response()
    entries = [_listed(each) for each in volume_files.children(workspace, path)]
    page, token = paged(entries, *page_in(request, default=1000, most=1000))
    return answer({"contents": page, **({"next_page_token": token} if token else {})})


def _listed(entry: volume_files.Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"path": entry.path, "is_directory": entry.is_folder, "name": entry.name}
    if not entry.is_folder:
        shown["file_size"] = entry.size_bytes
    return {**shown, "last_modified": int(entry.changed * 1000)}


async def remove_folder(request: Request) -> Response:
    workspace, path = workspace_of(request), _path(request, writes=True)
    found = volume_files.find(workspace, path)
    if found is None or not found.is_folder:
        raise _missing(path)
    if volume_files.children(workspace, path):
        raise ApiError(400, "FILE_SYSTEM_ERROR", f"The directory is not empty: {path}")
    with workspace.store.writing():
        volume_files.remove(workspace, path)
    return Response(status_code=204)


_FILE, _FOLDER = "/api/2.0/fs/files/Volumes/{path:path}", "/api/2.0/fs/directories/Volumes/{path:path}"
routes = [
    Route(_FILE, upload, methods=["PUT"]),
    Route(_FILE, download, methods=["GET", "HEAD"]),
    Route(_FILE, delete, methods=["DELETE"]),
    Route(_FOLDER, make_folder, methods=["PUT"]),
    Route(_FOLDER, list_folder, methods=["GET", "HEAD"]),
    Route(_FOLDER, remove_folder, methods=["DELETE"]),
]
