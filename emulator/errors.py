"""errors: how the workspace says no.

One class, and one function for each family that more than one module needs.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer other than success, in the shape `{"error_code": …, "message": …}`."""

    def __init__(self, status: int, error_code: str, message: str, details: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error_code = error_code
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"error_code": self.error_code, "message": self.message}
        if self.details is not None:
            body["details"] = self.details
        return body


def invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_PARAMETER_VALUE", message)


def missing(message: str) -> ApiError:
    return ApiError(404, "RESOURCE_DOES_NOT_EXIST", message)


def denied(message: str) -> ApiError:
    return ApiError(403, "PERMISSION_DENIED", message)


def exists(message: str) -> ApiError:
    return ApiError(409, "ALREADY_EXISTS", message)
