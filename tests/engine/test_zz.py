from engine_project import *
from specs import *
from emulator.serving import running
def test_try(project, workspace):
    with running(workspace_id="6666666666666666") as real:
        project.write("trips", trips("Trips"))
        project.up()
        project.configure(host=real.url)
        print(project.preview(ok=False).text)
        print(project.up(ok=False).text)
        print("again", project.up(ok=False).text)
        project.configure(host=workspace.url)
        print("back", project.up().text)
        assert 0
