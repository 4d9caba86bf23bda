"""Shared options become a command's own: groups of them are spread into its signature."""

import inspect
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from relwatch.cli.console import deliver
from relwatch.cli.options import Shown


def spread(*groups: type[Struct]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options of some groups; it is called with one value for each group.

    A command is a function whose first parameters take the groups, in their order. What it
    returns is printed in one place. Typer reads `__signature__` and `__annotations__`.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        own = list(inspect.signature(function).parameters.values())[len(groups) :]
        # An option of a command's own takes the place of a shared one of that name.
        taken = {parameter.name for parameter in own}
        shared = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=field_default,
                annotation=inspect.get_annotations(group)[name],
            )
            for group in groups
            for name, field_default in zip(
                group.__struct_fields__, group.__struct_defaults__, strict=True
            )
            if name not in taken
        ]

        def run(*args: Any, **given: Any) -> Any:
            values = [
                group(
                    **{
                        name: given.pop(name)
                        for name in group.__struct_fields__
                        if name not in taken
                    }
                )
                for group in groups
            ]
            shown = next((value for value in values if isinstance(value, Shown)), Shown())
            return deliver(lambda: function(*values, *args, **given), shown)

        parameters = [*own, *shared]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        run.__doc__ = function.__doc__
        run.__name__ = function.__name__
        return run

    return decorate
