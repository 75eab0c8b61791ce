"""emulator.handlers.workspace_objects: folders, and paths that lead nowhere."""

from emulator_caller import error_of


def test_spaces_are_not_seen_in_their_folder_but_keep_it_from_being_deleted(api):
    folder = "/Users/you@example.com/genie"
    api.ask("POST", "/api/2.0/workspace/mkdirs", {"path": folder})
    space_id = api.made(title="x", parent_path=folder)["space_id"]

    assert api.get("/api/2.0/workspace/list", path=folder).json() == {}
    assert error_of(api.get("/api/2.0/workspace/get-status", path=f"{folder}/x")) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert error_of(api.ask("POST", "/api/2.0/workspace/delete", {"path": folder})) == (400, "DIRECTORY_NOT_EMPTY")
    api.ask("POST", "/api/2.0/workspace/delete", {"path": folder, "recursive": True})
    assert api.full(space_id).status_code == 404


def test_an_unknown_path_of_the_api_is_no_endpoint(api):
    assert error_of(api.get("/api/2.0/jobs/list")) == (404, "ENDPOINT_NOT_FOUND")
