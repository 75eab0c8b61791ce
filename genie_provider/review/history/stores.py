"""stores: where records lie: a folder, a bucket of S3, Azure or Google, a volume of Unity Catalog.

Nothing in a store is ever changed: `create` writes what is not there yet, whole or not at all, and says no where
something is. So of two writers at once one is told, and nobody reads half a record.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qs, urlsplit

from ...errors import WorkspaceError
from .records import HistoryError

if TYPE_CHECKING:
    from ...client import Workspace


class Store(Protocol):
    """Files by name ("records/000001.json"); `where` is its address, for people.

    All raise HistoryError where the store cannot be reached, read or written.
    """

    where: str

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted, without the folder; none where it is not there yet."""

    def read(self, name: str) -> bytes | None:
        """What a file holds; None where there is none."""

    def create(self, name: str, data: bytes) -> bool:
        """Writes a file that is not there yet; False where it is."""


class FolderStore:
    """A folder of this machine, or of a share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.where = str(folder)

    def names(self, folder: str) -> list[str]:
        try:
            return sorted(each.name for each in (self._folder / folder).iterdir() if each.suffix == ".json")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._problem("read", error) from None

    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._problem("read", error) from None

    def create(self, name: str, data: bytes) -> bool:
        target = self._folder / name
        if target.exists():
            return False
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".new")
        except OSError as error:
            raise self._problem("written", error) from None
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, target)  # fails where there is one, and is there whole at once
            return True
        except FileExistsError:
            return False
        except OSError as error:
            raise self._problem("written", error) from None
        finally:
            Path(fresh).unlink(missing_ok=True)

    def _problem(self, done: str, error: OSError) -> HistoryError:
        return HistoryError(f"the history in {self.where} cannot be {done}: {error.strerror or error}")


class BucketStore:
    """A bucket or container, by obstore, which speaks to all three; put-if-absent is the services' own.

    Args:
        bucket: an obstore store, below whose prefix all names lie.
    """

    def __init__(self, bucket: Any, where: str) -> None:
        self._bucket = bucket
        self.where = where

    def names(self, folder: str) -> list[str]:
        import obstore

        found: list[str] = []
        try:
            for batch in obstore.list(self._bucket, prefix=f"{folder}/"):
                found += [str(each["path"]).rpartition("/")[2] for each in batch]
        except Exception as error:  # obstore has no one class for what a service may answer
            raise self._problem("read", error) from None
        return sorted(name for name in found if name.endswith(".json"))

    def read(self, name: str) -> bytes | None:
        import obstore

        try:
            return bytes(obstore.get(self._bucket, name).bytes())
        except FileNotFoundError:
            return None
        except Exception as error:
            raise self._problem("read", error) from None

    def create(self, name: str, data: bytes) -> bool:
        import obstore
        from obstore.exceptions import AlreadyExistsError

        try:
            obstore.put(self._bucket, name, data, mode="create", use_multipart=False)
            return True
        except AlreadyExistsError:
            return False
        except Exception as error:
            raise self._problem("written", error) from None

    def _problem(self, done: str, error: Exception) -> HistoryError:
        from ...client.redaction import harmless

        return HistoryError(f"the history in {self.where} cannot be {done}: {harmless(error)}")


class VolumeStore:
    """A folder on a volume of Unity Catalog: /Volumes/catalog/schema/volume/folder."""

    def __init__(self, workspace: Workspace, folder: str) -> None:
        self._workspace = workspace
        self._folder = folder.rstrip("/")
        self.where = folder

    def names(self, folder: str) -> list[str]:
        try:
            found = self._workspace.list_folder(f"{self._folder}/{folder}") or []
        except WorkspaceError as error:
            raise self._problem("read", error) from None
        return sorted(each.name for each in found if each.name.endswith(".json"))

    def read(self, name: str) -> bytes | None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "file")
            try:
                self._workspace.download_file(f"{self._folder}/{name}", file)
            except WorkspaceError as error:
                if error.kind == "gone":
                    return None
                raise self._problem("read", error) from None
            return file.read_bytes()

    def create(self, name: str, data: bytes) -> bool:
        path = f"{self._folder}/{name}"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "file")
            file.write_bytes(data)
            try:
                self._workspace.make_folder(path.rpartition("/")[0])
                self._workspace.upload_file(file, path, overwrite=False)
                return True
            except WorkspaceError as error:
                if error.kind == "taken":
                    return False
                raise self._problem("written", error) from None

    def _problem(self, done: str, error: WorkspaceError) -> HistoryError:
        return HistoryError(f"the history in {self.where} cannot be {done}: {error}")


# ── which one ───────────────────────────────────────────────────────────────────────────────

_NO_LIBRARY: Final = "the history in {0} needs the library obstore: pip install 'genie-spaces[history]'"


def bucket_store(url: str, folder: str, env: Mapping[str, str]) -> BucketStore:
    """The store below a backend of Pulumi in a bucket: s3://…, azblob://…, gs://….

    Log-ins are those of the environment: AWS_…, AZURE_STORAGE_…, GOOGLE_APPLICATION_CREDENTIALS, or the machine's own.

    Args:
        url: as `pulumi login` takes it, with its query (region, endpoint, profile, storage_account, …).

    Raises:
        HistoryError: the library is missing, or the address cannot be meant.
    """
    try:
        from obstore.store import AzureStore, GCSStore, S3Store
    except ImportError:
        raise HistoryError(_NO_LIBRARY.format(url)) from None
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    prefix = "/".join(part for part in (parts.path.strip("/"), folder) if part)
    where = f"{parts.scheme}://{parts.netloc}/{prefix}"
    try:
        if parts.scheme == "s3":
            return BucketStore(S3Store(parts.netloc, prefix=prefix, **_s3(asked, env)), where)
        if parts.scheme == "azblob":
            account = asked.get("storage_account") or env.get("AZURE_STORAGE_ACCOUNT", "")
            options = _azure(account, env)
            return BucketStore(AzureStore(parts.netloc, prefix=prefix, **options), where)
        if parts.scheme == "gs":
            return BucketStore(GCSStore(parts.netloc, prefix=prefix), where)
    except Exception as error:  # a log-in that cannot be meant; obstore's errors have no common class
        raise HistoryError(f"the history in {where} cannot be reached: {error}") from None
    raise HistoryError(f"a history cannot be kept in {url}; it can in a folder, s3://, azblob://, gs:// or /Volumes/…")


def _s3(asked: Mapping[str, str], env: Mapping[str, str]) -> dict[str, Any]:
    """What Pulumi's address says in the words of obstore."""
    options: dict[str, Any] = {}
    region = asked.get("region") or env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")
    endpoint = asked.get("endpoint") or env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL")
    if region:
        options["region"] = region
    if endpoint:
        secure = asked.get("disableSSL", "").lower() != "true" and asked.get("disable_https", "").lower() != "true"
        options["endpoint"] = endpoint if "://" in endpoint else f"{'https' if secure else 'http'}://{endpoint}"
        options["client_options"] = {"allow_http": options["endpoint"].startswith("http://")}
    path_style = asked.get("s3ForcePathStyle") or asked.get("use_path_style") or ("true" if endpoint else "")
    if path_style:
        options["virtual_hosted_style_request"] = path_style.lower() != "true"
    return options


def _azure(account: str, env: Mapping[str, str]) -> dict[str, Any]:
    """Pulumi's variables for Azure, of which obstore calls some otherwise."""
    names = {"AZURE_STORAGE_KEY": "account_key", "AZURE_STORAGE_SAS_TOKEN": "sas_key"}
    options: dict[str, Any] = {word: env[name] for name, word in names.items() if env.get(name)}
    if account:
        options["account_name"] = account
    if endpoint := env.get("AZURE_STORAGE_ENDPOINT"):
        options["endpoint"] = endpoint
        options["client_options"] = {"allow_http": endpoint.startswith("http://")}
    return options
