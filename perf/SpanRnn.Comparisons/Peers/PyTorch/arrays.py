"""Reads a workload's numbers in the order WorkloadFile.cs writes them."""

import numpy
import torch

LAYERS = {"Lstm": torch.nn.LSTM, "Gru": torch.nn.GRU, "Rnn": torch.nn.RNN}


class Arrays:
    def __init__(self, path):
        self.bytes = open(path, "rb").read()
        self.offset = 0

    def _take(self, kind, shape):
        count = int(numpy.prod(shape))
        values = numpy.frombuffer(self.bytes, kind, count, self.offset).reshape(shape).copy()
        self.offset += 4 * count
        return torch.from_numpy(values)

    def floats(self, *shape):
        return self._take(numpy.float32, shape)

    def ints(self, *shape):
        return self._take(numpy.int32, shape).long()

    def end(self):
        if self.offset != len(self.bytes):
            raise ValueError(f"read {self.offset} of {len(self.bytes)} bytes")


def recurrent(w, arrays):
    """The recurrent layers with the given weights."""
    module = LAYERS[w["kind"]](w["input"], w["hidden"], w["layers"], bidirectional=w["directions"] == 2)
    with torch.no_grad():
        for layer in range(w["layers"]):
            for direction in range(w["directions"]):
                suffix = f"_l{layer}" + ("_reverse" if direction else "")
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                    parameter = getattr(module, name + suffix)
                    parameter.copy_(arrays.floats(*parameter.shape))
    return module


def states(w, arrays):
    """Initial states as the module wants them."""
    shape = (w["layers"] * w["directions"], w["batch"], w["hidden"])
    h = arrays.floats(*shape)
    return (h, arrays.floats(*shape)) if w["kind"] == "Lstm" else h


def flat(tensors):
    return numpy.concatenate([t.detach().numpy().ravel() for t in tensors]).astype(numpy.float32)
