"""The command line as a person types it: what it prints, what it writes, and its exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.main import app, main
from api.service import Service, Wish
from catalogs import load_folder
from quotes.answer import as_json

KIDS = Path(__file__).parent / "data" / "kids"
EBIKES = Path(__file__).parents[2] / "catalogs" / "examples" / "ebikes"
runner = CliRunner()


def run(*words: str | Path, code: int = 0) -> str:
    result = runner.invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def test_new_writes_a_catalog_that_passes(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    run("new", folder)
    assert "ok" in run("check", folder)
    run("test", folder)
    assert run("format", "--check", folder)
    run("new", folder, code=1)


def test_check_reports_everything_with_its_place(tmp_path: Path) -> None:
    text = (KIDS / "kids.cpq").read_text().replace('prices retail in EUR from "prices.csv"\n', "")
    (tmp_path / "kids.cpq").write_text(text.replace("colour = yellow", "color = yelow").replace("16 inch", "16 kg"))
    output = run("check", tmp_path, code=1)
    assert "kids.cpq:21:6: error[unknown-name]" in output
    assert "^" in output
    assert "did you mean colour?" in output
    found = json.loads(run("check", tmp_path, "--json", code=1))
    assert not found["ok"]
    assert {item["line"] for item in found["diagnostics"]} == {21}
    assert len(found["diagnostics"]) >= 2


def test_check_json_of_a_good_catalog() -> None:
    found = json.loads(run("check", KIDS, "--json"))
    assert found == {"ok": True, "version": load_folder(KIDS).catalog.version, "diagnostics": []}


def test_format_keeps_comments_and_meaning(tmp_path: Path) -> None:
    path = tmp_path / "kids.cpq"
    path.write_text(
        (KIDS / "kids.cpq")
        .read_text()
        .replace("  option colour:", "     option   colour :")
        .replace('prices retail in EUR from "prices.csv"\n', "")
    )
    before = load_folder(tmp_path).catalog
    assert "would format" in run("format", tmp_path, "--check", code=1)
    run("format", tmp_path)
    assert "# Three rules that are easy to check by hand" in path.read_text()
    after = load_folder(tmp_path).catalog
    assert before is not None
    assert after is not None
    assert [rule.source for rule in after.rules] == [rule.source for rule in before.rules]
    run("format", tmp_path, "--check")


def test_format_leaves_a_broken_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "broken.cpq"
    path.write_text("product bike {\n  option colour: red |\n")
    before = path.read_bytes()
    run("format", tmp_path, code=1)
    assert path.read_bytes() == before


def test_configure_is_the_contract_of_the_service(service: Service) -> None:
    words = ["configure", KIDS, "kids_bike", "-c", "colour=yellow", "--on", "2026-11-21", "--json"]
    content = json.loads(run(*words))
    direct = as_json(service.configure(service.shelf.catalogs["kids"], "kids_bike", Wish({"colour": "yellow"})))
    assert content == json.loads(json.dumps(direct))
    assert content["count"] == "2"


@pytest.mark.parametrize("engine", ["cp-sat", "enumeration"])
def test_both_engines_answer_alike(engine: str) -> None:
    words = ["configure", KIDS, "kids_bike", "--on", "2026-11-21", "--json", "-c", "colour=yellow", "--engine", engine]
    content = json.loads(run(*words))
    assert content.pop("engine") == engine
    other = json.loads(run(*words[:-1], "auto"))
    other.pop("engine")
    assert content == other


def test_configure_for_people() -> None:
    output = run(
        "configure", KIDS, "kids_bike", "-c", "colour=yellow", "--why", "front_wheel=W14", "--get", "front_wheel=W14"
    )
    assert "2 configurations remain" in output
    assert "yellow_needs_large_wheel (kids.cpq:20)" in output
    assert "1. change colour yellow" in output


def test_a_contradiction_is_an_answer() -> None:
    output = run("configure", KIDS, "kids_bike", "-c", "front_wheel=W14", "-c", "rear_wheel=W16")
    assert "contradict" in output
    assert "same_wheels (kids.cpq:" in output


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["configure", KIDS, "kids_bikes"], 2, "did you mean kids_bike?"),
        (["configure", KIDS, "kids_bike", "-c", "colour"], 2, "expected NAME=VALUE"),
        (["configure", KIDS, "kids_bike", "-c", "colour=yelow"], 1, "yellow"),
        (["configure", KIDS, "kids_bike", "-c", "colour=red", "-c", "colour=yellow"], 2, "chosen more than once"),
        (["configure", KIDS, "kids_bike", "--customer", "C-2"], 2, "there is no customer C-2"),
        (["configure", KIDS, "kids_bike", "--on", "2026-13-01"], 2, ""),
        (["check", KIDS / "nowhere"], 2, ""),
        (["nothing"], 2, ""),
    ],
)
def test_wrong_usage_is_said(words: list, code: int, sentence: str) -> None:
    assert sentence in run(*words, code=code)


def test_quote_and_order_as_files(tmp_path: Path) -> None:
    request = {
        "customer": "C-1",
        "lines": [{"product": "kids_bike", "quantity": 3, "choices": {"colour": "yellow"}, "complete": "cheapest"}],
    }
    file = tmp_path / "request.json"
    file.write_text(json.dumps(request))
    out = tmp_path / "out"
    assert "net 642.00, with tax 763.98 EUR" in run("quote", KIDS, file, "--out", out)
    (quote,) = out.glob("quote-*.json")
    assert next(iter(out.glob("quote-*.pdf"))).read_bytes().startswith(b"%PDF-")
    run("order", quote, "--out", out)
    (order,) = out.glob("order-*.json")
    content = json.loads(order.read_text())
    before = order.read_bytes()
    run("order", quote, "--out", out)
    assert order.read_bytes() == before
    assert content["productOrderItem"]


def test_a_refused_request_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text('{"customer": "C-1", "lines": [{"product": "kids_bik", "quantity": 1}]}')
    output = run("quote", KIDS, file, "--out", tmp_path / "out", code=1)
    assert "/lines/0/product" in output
    assert not list((tmp_path / "out").rglob("*.json"))


def test_a_changed_quote_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "quote.json"
    file.write_text('{"id": "Q-1"}')
    run("order", file, "--out", tmp_path, code=1)


def test_a_full_disk_or_a_forbidden_folder_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("sys.argv", ["cpq", "new", str(tmp_path / "file" / "below")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert "Traceback" not in capsys.readouterr().err


def test_bench_reports_rows() -> None:
    (row,) = json.loads(run("bench", "load", KIDS, "--runs", "1", "--json"))
    assert row["lines"] > 40
    (row,) = json.loads(run("bench", "configure", KIDS, "--clicks", "3", "--json"))
    assert row["product"] == "kids_bike"
    assert row["values"] == 14


def test_demo_does_the_main_job(tmp_path: Path) -> None:
    output = run("demo", "--out", tmp_path)
    assert "Conflict:" in output
    assert "cargo_motor_needs_energy (rules.cpq:" in output
    assert "Taken: the first." in output
    assert list(tmp_path.glob("quote-*.pdf"))
    (order,) = tmp_path.glob("order-*.json")
    assert json.loads(order.read_text())["productOrderItem"][0]["quantity"] == 6


def test_the_ebikes_tests_pass() -> None:
    assert " 0 failed" in run("test", EBIKES)
