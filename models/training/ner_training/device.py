"""Where the numbers are computed, and with how many bits."""
import contextlib

import torch

from .errors import RecipeError


def add_options(parser):
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--precision", default="auto", choices=("auto", "fp32", "bf16"),
                        help="auto: bf16 on a GPU and on a CPU that has AVX-512 BF16 or AMX, fp32 elsewhere")
    parser.add_argument("--threads", type=int, help="CPU threads (default: PyTorch's)")


class Device:
    def __init__(self, options):
        if options.threads:
            torch.set_num_threads(options.threads)
        available = torch.cuda.is_available()
        if options.device == "cuda" and not available:
            raise RecipeError("--device cuda: PyTorch sees no GPU here")
        self.name = "cuda" if available and options.device != "cpu" else "cpu"
        self.bf16 = options.precision == "bf16" or (options.precision == "auto" and (self.name == "cuda" or _cpu_has_bf16()))

    def autocast(self):
        return torch.autocast(self.name, dtype=torch.bfloat16) if self.bf16 else contextlib.nullcontext()

    def __str__(self):
        return f"{self.name}, {'bf16' if self.bf16 else 'fp32'}"


def _cpu_has_bf16():
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="ignore") as file:
            flags = file.read()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
