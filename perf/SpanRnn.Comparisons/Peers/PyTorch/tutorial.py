"""The tutorial's own run: a character model on hotel reviews, trained on windows drawn at random, then generation."""

import time

import torch
from torch import nn

from arrays import LAYERS, Arrays


class Tutorial(nn.Module):
    def __init__(self, w, path):
        super().__init__()
        arrays = Arrays(path)
        self.text = arrays.ints(w["length"])
        self.prompt = arrays.ints(w["prompt"])
        arrays.end()
        torch.manual_seed(1)
        self.window, self.temperature = w["steps"], w["temperature"]
        self.embedding = nn.Embedding(w["classes"], w["hidden"])
        self.core = LAYERS[w["kind"]](w["hidden"], w["hidden"], w["layers"])
        self.linear = nn.Linear(w["hidden"], w["classes"])
        self.adam = torch.optim.Adam(self.parameters(), lr=w["learningRate"], foreach=w["foreach"])
        self.loss = nn.CrossEntropyLoss()

    def run(self, iterations):
        value = 0.0
        start = time.perf_counter_ns()
        for _ in range(iterations):
            at = int(torch.randint(0, len(self.text) - self.window - 1, (1,)))
            x = self.text[at : at + self.window].unsqueeze(1)
            labels = self.text[at + 1 : at + self.window + 1]
            self.adam.zero_grad(set_to_none=True)
            y, _ = self.core(self.embedding(x))
            loss = self.loss(self.linear(y).flatten(0, 1), labels)
            loss.backward()
            self.adam.step()
            value = loss
        return {"seconds": (time.perf_counter_ns() - start) * 1e-9, "loss": float(value)}

    def generate(self, characters):
        with torch.inference_mode():
            start = time.perf_counter_ns()
            y, state = self.core(self.embedding(self.prompt.unsqueeze(1)))
            for _ in range(characters):
                chances = torch.softmax(self.linear(y[-1, 0]) / self.temperature, 0)
                drawn = torch.multinomial(chances, 1)
                y, state = self.core(self.embedding(drawn.unsqueeze(1)), state)
            elapsed = time.perf_counter_ns() - start
        return {"seconds": elapsed * 1e-9}
