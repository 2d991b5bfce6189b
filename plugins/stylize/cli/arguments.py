"""Arguments that invoke does not have: options that stand in for a command's first word."""

from typing import Any

from invoke import Argument, Task

STAND_INS = ("list", "page", "search")  # with one of them, the first word may be left out


class _StandIn(Argument):
    """An option that, when it is given, fills a positional argument that is not."""

    place: Argument | None = None

    def set_value(self, value: Any, cast: bool = True) -> None:
        """Set the value of the option; the positional argument becomes ""."""
        super().set_value(value, cast)
        if self.place is not None and self.place.value is None:
            self.place.set_value("", cast=False)


class StandInTask(Task[Any]):
    """A command whose first word may be left out where an option of STAND_INS is given.

    invoke asks for every argument without a default, and takes no word for one that has a default.
    """

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments of the command."""
        arguments = super().get_arguments(ignore_unknown_help)
        place = next(argument for argument in arguments if argument.positional)
        for number, argument in enumerate(arguments):
            if argument.name in STAND_INS:
                option = _StandIn(
                    names=argument.names, kind=argument.kind, default=argument.default, help=argument.help
                )
                option.place = place
                arguments[number] = option
        return arguments
