"""The one exception that a command turns into a message instead of a traceback."""


class RecipeError(Exception):
    """Something the user can put right: the text says what was found and what to change."""
