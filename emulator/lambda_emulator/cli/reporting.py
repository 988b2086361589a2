"""Reports of a check in the formats of other tools: `--report FORMAT[=FILE]`, and the files they go into."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lambda_contracts.reports.run import Folders, Run

    Render = Callable[[Sequence[Run], Folders], str]

FORMATS = ("junit", "sarif", "github", "html", "json")


@dataclass(frozen=True, slots=True)
class Target:
    """One `--report`: a format, and the file that it goes into, None for stdout."""

    format: str
    file: Path | None

    @property
    def replaces_text(self) -> bool:
        """Whether stdout is the report's own. Annotations stand below the text: the runner reads them there."""
        return self.file is None and self.format != "github"


class TargetType(click.ParamType["Target"]):
    """`FORMAT[=FILE]`; a file of `-` is stdout."""

    name = "FORMAT[=FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        """Read one. Fails for a format that there is not."""
        if isinstance(value, Target):
            return value
        name, equals, file = str(value).partition("=")
        if name not in FORMATS:
            self.fail(f"there is no report {name!r}. Choose one of: {', '.join(FORMATS)}.", param, ctx)
        if equals and not file:
            self.fail(f"{name}= names no file.", param, ctx)
        return Target(name, None if file in ("", "-") else Path(file))


class ReportingCommand(click.Command):
    """A command whose reports of an earlier run are gone even when it is typed wrong: what is there is this run's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line. Removes the files of the reports that it names when it cannot be understood."""
        typed = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            forget(list(_named(typed)))
            raise


def _named(typed: Sequence[str]) -> Iterator[Target]:
    """Yield the reports that a command line names, whatever else is wrong with it."""
    values = [after for option, after in pairwise(typed) if option == "--report"]
    values += [one.removeprefix("--report=") for one in typed if one.startswith("--report=")]
    for value in values:
        with contextlib.suppress(click.UsageError):
            yield TargetType().convert(value, None, None)


no_redact_option = click.option(
    "--no-redact", is_flag=True, help="Show secrets (tokens, cookies, passwords) instead of taking them out."
)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which reports there are to be, and what may stand in them."""
    report = click.option(
        "--report",
        "targets",
        multiple=True,
        type=TargetType(),
        metavar="FORMAT[=FILE]",
        help=f"Write a report: {', '.join(FORMATS)}. Without FILE it goes to stdout. Can be given again.",
    )
    return report(no_redact_option(command))


def forget(targets: Sequence[Target]) -> None:
    """Remove the files that an earlier run left in the reports' places, so that nobody takes them for this run's.

    Only ordinary files: a device or pipe stays, and so does a link, whose file goes. Raises ReportNotWritable.
    """
    from lambda_emulator.errors import ReportNotWritable

    for target in targets:
        file = target.file
        try:
            if file is not None and file.is_file():
                file.resolve().unlink()
        except OSError as error:
            problem = f"{file} of an earlier run cannot be removed: {error.strerror}."
            raise ReportNotWritable(problem, hint=f"rm {file}") from error


def prepare(targets: Sequence[Target], *, as_json: bool) -> None:
    """Find out before anything runs that the reports can be written.

    Raises UsageError for two that want the same place, ReportNotWritable for a folder that is not there or cannot be
    written, ExtraMissing for HTML without its library.
    """
    from lambda_emulator.errors import ExtraMissing, UsageError

    places = [str(target.file.resolve()) if target.file else "stdout" for target in targets]
    places += ["stdout"] if as_json else []
    if len(set(places)) < len(places):
        raise UsageError("Two reports cannot go to the same place.", hint="Give each a file: --report junit=FILE.")
    for target in targets:
        if target.file is not None:
            _prepare_file(target.file)
        if target.format == "html":
            try:
                import jinja2  # noqa: F401  only to see that it is there
            except ImportError:
                raise ExtraMissing("jinja2", "html", "The HTML report") from None


def write(targets: Sequence[Target], runs: Sequence[Run]) -> None:
    """Write every report of the contracts that were checked, each at once or not at all. Raises ReportNotWritable."""
    folders = _folders()
    for target in targets:
        told = _renderer(target.format)(runs, folders)
        if target.file is None:
            click.echo(told, nl=False)
        else:
            _write_file(target.file, told)
            click.echo(f"lambdaproof: wrote {target.file}", err=True)


def _renderer(name: str) -> Render:
    if name == "junit":
        from lambda_contracts.reports.junit import junit

        return junit
    if name == "sarif":
        from lambda_contracts.reports.sarif import sarif

        return sarif
    if name == "github":
        from lambda_contracts.reports.github import github

        return github
    if name == "html":
        from lambda_contracts.reports.html import html

        return html
    from lambda_contracts.reports.structured import lines

    return lines


def _folders() -> Folders:
    """Return where files are: relative to the folder of the repository that this one lies in, else to this one."""
    from lambda_contracts.reports.run import Folders

    current = Path.cwd()
    root = next((folder for folder in (current, *current.parents) if (folder / ".git").exists()), current)
    return Folders(current=current, root=root)


def _prepare_file(file: Path) -> None:
    from lambda_emulator.errors import ReportNotWritable

    folder = file.resolve().parent
    if not folder.is_dir():
        raise ReportNotWritable(f"{file} cannot be written: there is no folder {folder}.", hint=f"mkdir -p {folder}")
    if file.is_dir():
        raise ReportNotWritable(f"{file} cannot be written: it is a folder.", hint=f"Name a file: {file}/report")
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise ReportNotWritable(f"{file} cannot be written: permission denied.", hint=f"ls -ld {folder}")


def _write_file(file: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it: beside it first. What is no ordinary file is written to."""
    from lambda_emulator.errors import ReportNotWritable

    target = file.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ReportNotWritable(f"{file} cannot be written: {error.strerror}.") from error
