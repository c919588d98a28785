"""Inference under inference_mode: a stream of steps, or whole sequences."""

import time

import torch

from arrays import Arrays, flat, recurrent, states

CHECK_STEPS = 8


class Inference:
    def __init__(self, w, path):
        arrays = Arrays(path)
        self.step = w["mode"] == "Step"
        self.module = recurrent(w, arrays).eval()
        with torch.inference_mode():
            self.x = arrays.floats(w["steps"], w["batch"], w["input"])
            self.first = states(w, arrays)
        arrays.end()
        self.state = self.first

    def check(self):
        with torch.inference_mode():
            state = self.first
            for _ in range(CHECK_STEPS if self.step else 1):
                y, state = self.module(self.x, state)
        final = list(state) if isinstance(state, tuple) else [state]
        return flat(final if self.step else [y] + final)

    def run(self, iterations):
        module, x, state = self.module, self.x, self.state
        with torch.inference_mode():
            start = time.perf_counter_ns()
            if self.step:
                for _ in range(iterations):
                    _, state = module(x, state)
            else:
                for _ in range(iterations):
                    module(x, state)
            elapsed = time.perf_counter_ns() - start
        self.state = state
        return {"seconds": elapsed * 1e-9}
