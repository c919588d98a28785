"""Training: the recurrent layers alone, or a whole model with Adam."""

import time

import torch
from torch import nn

from arrays import Arrays, flat, recurrent, states

CHECK_LOSSES = 4


class RecurrentTraining:
    """Forward, then backward from a given gradient of the outputs to every weight and the input."""

    def __init__(self, w, path):
        arrays = Arrays(path)
        self.module = recurrent(w, arrays)
        self.x = arrays.floats(w["steps"], w["batch"], w["input"]).requires_grad_()
        self.first = states(w, arrays)
        self.gradient = arrays.floats(w["steps"], w["batch"], w["hidden"] * w["directions"])
        arrays.end()

    def once(self):
        for parameter in self.module.parameters():
            parameter.grad = None
        self.x.grad = None
        y, _ = self.module(self.x, self.first)
        y.backward(self.gradient)
        return y

    def check(self):
        y = self.once()
        return flat([y, self.x.grad] + [p.grad for p in self.module.parameters()])

    def run(self, iterations):
        start = time.perf_counter_ns()
        for _ in range(iterations):
            self.once()
        return {"seconds": (time.perf_counter_ns() - start) * 1e-9}


class Model(nn.Module):
    """Embedding (text only), recurrent layers, linear layer on every step or on the last."""

    def __init__(self, core, embedding, linear):
        super().__init__()
        self.core, self.embedding, self.linear = core, embedding, linear

    def forward(self, x):
        if self.embedding is None:
            y, _ = self.core(x)
            return self.linear(y[-1])
        y, _ = self.core(self.embedding(x))
        return self.linear(y).flatten(0, 1)


class ModelTraining:
    """A training step; the inputs go through the windows in turn."""

    def __init__(self, w, path):
        arrays = Arrays(path)
        text = w["mode"] == "TrainCharLm"
        windows, steps, batch, classes = w["windows"], w["steps"], w["batch"], w["classes"]
        core = recurrent(w, arrays)
        x = None if text else arrays.floats(windows, steps, batch, w["input"])
        states(w, arrays)  # zeros, which is the module's default
        width = w["hidden"] * w["directions"]
        embedding = nn.Embedding.from_pretrained(arrays.floats(classes, w["input"]), freeze=False) if text else None
        linear = nn.Linear(width, classes)
        with torch.no_grad():
            linear.weight.copy_(arrays.floats(classes, width))
            linear.bias.copy_(arrays.floats(classes))
        x = arrays.ints(windows, steps, batch) if text else x
        labels = arrays.ints(windows, steps * batch if text else batch)
        arrays.end()
        self.batches = [(x[i].contiguous(), labels[i].contiguous()) for i in range(windows)]
        self.model = Model(core, embedding, linear)
        # foreach: one call for many parameters, this version's faster way or no slower
        self.adam = torch.optim.Adam(self.model.parameters(), lr=w["learningRate"], foreach=w["foreach"])
        self.loss = nn.CrossEntropyLoss()
        self.next = 0

    def once(self):
        x, labels = self.batches[self.next % len(self.batches)]
        self.next += 1
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss(self.model(x), labels)
        loss.backward()
        self.adam.step()
        return loss

    def check(self):
        return flat([self.once().detach().reshape(1) for _ in range(CHECK_LOSSES)])

    def run(self, iterations):
        start = time.perf_counter_ns()
        for _ in range(iterations):
            self.once()
        return {"seconds": (time.perf_counter_ns() - start) * 1e-9}
