"""A training run that can be killed at any moment and continued as if nothing had happened.

Two things make it exact. The state (weights, optimizer, averages, place) is replaced in one step, so that a kill leaves the old state or the new one.
And all randomness of a step comes from the seed and the step's number, so that no generator's state has to survive.
"""
import os
import random

import numpy as np
import torch

from .errors import RecipeError

_STATE = "state.pt"


def seed_everything(seed, step):
    """Dropout and all other randomness inside PyTorch, for one step."""
    torch.manual_seed(seed * 1_000_003 + step)


def python_random(seed, *place):
    return random.Random("/".join(map(str, (seed, *place))))


def numpy_random(seed, *place):
    return np.random.default_rng([seed, *place])


def save(folder, state, settings):
    """settings: what must not change between the parts of a run."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, _STATE)
    with open(path + ".new", "wb") as file:
        torch.save({"settings": settings, **state}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def load(folder, settings, device):
    """The state to continue from, or None for a new run."""
    path = os.path.join(folder, _STATE)
    if not os.path.exists(path):
        return None
    state = torch.load(path, map_location=device)
    changed = [name for name in settings if state["settings"].get(name) != settings[name]]
    if changed:
        raise RecipeError(f"{path} is from a run with other settings ({', '.join(changed)}): repeat its settings to continue it, choose another "
                          "--out, or delete the file to start again")
    return state


def finish(folder):
    """The result is written: there is nothing left to continue."""
    path = os.path.join(folder, _STATE)
    if os.path.exists(path):
        os.remove(path)
