"""Any sequence of add, edit, remove, import, merge, undo and redo ends where a simple model says."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from relwatch.corpora import history, keeping
from relwatch.corpora.places import user_folder
from relwatch.curation import editing, importing
from relwatch.curation.merging import merge
from relwatch.curation.plans import Wanted
from relwatch.curation.remembering import read_memory
from relwatch.curation.rows import read_sheet
from relwatch.errors import AskedWrongly
from tests.curation.making import event, small

NUMBERS = st.integers(1, 5)
TITLES = st.sampled_from(["Gas", "Navy", "Talks", "Bank"])


class Keeping(RuleBasedStateMachine):
    """The model: a list of states, each a mapping of id to event, and where in it we are."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "mine.json"
        self.path.write_text(json.dumps(small(), indent=2) + "\n")
        self.states = [{}]
        self.learnt = [{}]
        self.at = 0

    def teardown(self):
        shutil.rmtree(history.History(self.path).folder, ignore_errors=True)
        shutil.rmtree(self.folder)

    @property
    def now(self):
        return dict(self.states[self.at])

    def becomes(self, state, learnt=None):
        """`learnt` is what the rows of the file said last, by id; "" for what only went."""
        learnt = self.learnt[self.at] if learnt is None else learnt
        if state != self.now:
            self.states = [*self.states[: self.at + 1], state]
            self.learnt = [*self.learnt[: self.at + 1], learnt]
            self.at += 1
        self.learnt[self.at] = learnt

    @rule(title=TITLES, day=NUMBERS)
    def add(self, title, day):
        record = {"date": f"2022-01-0{day}", "categories": ["political"], "title": title}
        with keeping.keeping(self.path) as kept:
            name = editing.add(kept.document, dict(record))
            assert name not in self.now
            kept.write("add")
        self.becomes({**self.now, name: {"id": name, **record}})

    @rule(title=TITLES, number=NUMBERS)
    def edit(self, title, number):
        state = self.now
        with keeping.keeping(self.path) as kept:
            if not state:
                return
            name = sorted(state)[number % len(state)]
            editing.replace(kept.document, name, {**state[name], "title": title})
            kept.write("edit")
        self.becomes({**state, name: {**state[name], "title": title}})

    @rule(number=NUMBERS)
    def remove(self, number):
        state = self.now
        if state:
            name = sorted(state)[number % len(state)]
            with keeping.keeping(self.path) as kept:
                editing.remove(kept.document, [name])
                kept.write("remove")
            del state[name]
            self.becomes(state, {name: "", **self.learnt[self.at]})

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=3, unique=True), title=TITLES)
    def take_in(self, numbers, title):
        rows = [event(number, title=title) for number in numbers]
        file = self.folder / "rows.ndjson"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        wanted = Wanted("rows", duplicates="keep")
        with keeping.keeping(self.path) as kept:
            memory = read_memory(kept.remembered("rows"))
            sheet, removed = read_sheet(file), kept.removed()
            plan = importing.plan(kept.document, sheet, wanted, memory, removed=removed)
            kept.write("import", {"rows": plan.memory.encode()})
        file.unlink()
        state, learnt = self.now, dict(self.learnt[self.at])
        for row in rows:
            name = row["id"]
            if name not in state and name in learnt:
                continue  # it was removed here, and stays away
            if name not in state:
                state[name] = {**row, "origin": {"dataset": "rows", "id": name}}
            elif learnt.get(name) == state[name]["title"]:
                state[name] = {**state[name], "title": title}
            learnt[name] = title
        self.becomes(state, learnt)

    @rule(number=NUMBERS, title=TITLES)
    def join(self, number, title):
        """Somebody else added one event to a copy of what there is."""
        before = self.path.read_bytes()
        theirs = json.loads(before)
        other = event(number, "2023-01-01", title=title)
        if other["id"] in self.now:
            return
        theirs["events"].append(other)
        joined = merge(before, before, json.dumps(theirs).encode(), ("o", "a", "b"))
        assert joined.conflicts == ()
        keeping.put(self.path, joined.content, "merge", expected=before)
        self.becomes({**self.now, other["id"]: other})

    @rule(title=TITLES)
    def by_hand(self, title):
        document = json.loads(self.path.read_bytes())
        if document["events"]:
            document["events"][0]["title"] = title
            self.path.write_text(json.dumps(document))
            name = document["events"][0]["id"]
            # A change of layout alone is a version too, but not one of the model's.
            with keeping.keeping(self.path) as kept:
                kept.write("layout")
            if {**self.now[name], "title": title} == self.now[name]:
                self.forget()
            else:
                self.becomes({**self.now, name: {**self.now[name], "title": title}})
                self.forget()

    def forget(self):
        """Start a new history: the model does not know the versions in between."""
        shutil.rmtree(history.History(self.path).folder)
        self.states, self.learnt, self.at = [self.now], [{}], 0

    @rule(steps=st.integers(1, 3))
    def undo(self, steps):
        self.step(-steps)

    @rule(steps=st.integers(1, 3))
    def redo(self, steps):
        self.step(steps)

    def step(self, steps):
        if 0 <= self.at + steps < len(self.states):
            keeping.step(self.path, steps)
            self.at += steps
        else:
            with pytest.raises(AskedWrongly):
                keeping.step(self.path, steps)

    @invariant()
    def the_file_is_what_the_model_says(self):
        found = json.loads(self.path.read_bytes())["events"]
        assert {one["id"]: one for one in found} == self.now
        assert sorted(path.name for path in self.folder.iterdir()) == ["mine.json"]


@pytest.fixture(autouse=True, scope="module")
def one_home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        user_folder.cache_clear()
        yield
    user_folder.cache_clear()


LEAN = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
TestKeeping = Keeping.TestCase
TestKeeping.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=LEAN
)


@pytest.mark.slow
class TestKeepingLong(Keeping.TestCase):
    settings = settings(
        max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=LEAN
    )
