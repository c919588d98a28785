"""What real PyTorch says of SpanRnn's files, and the other way round. Needs torch and numpy, nothing else.

torch_interop.py save DIR     writes models (NAME.pt, NAME.json with the module's arguments, inputs and float64 outputs), and
                              kinds.pt, nested.pt, whole.pt, script.pt, legacy.pt with what they hold in kinds.json and nested.json
torch_interop.py load DIR     for each NAME.json with a NAME.safetensors beside it: load_state_dict(strict=True), run, compare;
                              prints NAME, the largest difference of a weight and of an output
"""
import json, os, struct, sys
import numpy as np, torch
from torch import nn

MODELS = {
    "rnn": dict(kind="RNN", layers=2),
    "relu": dict(kind="RNN", layers=1, nonlinearity="relu"),
    "lstm": dict(kind="LSTM", layers=2),
    "lstm_both": dict(kind="LSTM", layers=2, both=True),
    "lstm_projected": dict(kind="LSTM", layers=2, both=True, projection=3),
    "lstm_no_bias": dict(kind="LSTM", layers=1, bias=False),
    "gru": dict(kind="GRU", layers=1),
    "gru_both": dict(kind="GRU", layers=3, both=True),
    "numbers": dict(kind="GRU", layers=1, vocabulary=0),
    "half": dict(kind="LSTM", layers=1, dtype="float16"),
    "brain": dict(kind="GRU", layers=1, dtype="bfloat16"),
    "double": dict(kind="RNN", layers=1, dtype="float64"),
    "cell": dict(kind="LSTMCell", layers=1, vocabulary=0),
    "bare": dict(kind="LSTM", layers=2, vocabulary=0, bare=True),
}


class Net(nn.Module):
    def __init__(self, kind, layers, vocabulary=9, size=4, hidden=6, outputs=5, both=False, bias=True, projection=0, nonlinearity=None, **_):
        super().__init__()
        more = {k: v for k, v in dict(nonlinearity=nonlinearity, proj_size=projection).items() if v}
        if vocabulary:
            self.embedding = nn.Embedding(vocabulary, size)
        self.vocabulary, self.is_cell = vocabulary, kind.endswith("Cell")
        self.rnn = getattr(nn, kind)(size, hidden, bias=bias) if self.is_cell else getattr(nn, kind)(size, hidden, layers, bias=bias, bidirectional=both, **more)
        self.fc = nn.Linear((projection or hidden) * (2 if both else 1), outputs)

    def forward(self, x):
        x = self.embedding(x) if self.vocabulary else x
        if not self.is_cell:
            return self.fc(self.rnn(x)[0])
        steps, state = [], None
        for t in range(x.shape[0]):
            state = self.rnn(x[t], state)
            steps.append(state[0])
        return self.fc(torch.stack(steps))


def build(options):
    if options.get("bare"):
        return nn.LSTM(4, 6, options["layers"])
    return Net(**options)


def run(model, x, options):
    with torch.no_grad():
        y = model.double()(x if options.get("vocabulary", 9) else x.double())
        return (y[0] if options.get("bare") else y).numpy()


def described(tensors):
    return {name: dict(shape=list(t.shape), values=[float(v) for v in t.detach().to(torch.float64).flatten()]) for name, t in tensors.items()}


def save(folder):
    torch.manual_seed(5)
    for name, options in MODELS.items():
        model = build(options).to(getattr(torch, options.get("dtype", "float32")))
        x = torch.randint(0, 9, (7, 3)) if options.get("vocabulary", 9) else torch.randn(7, 3, 4)
        torch.save(model.state_dict(), f"{folder}/{name}.pt")
        y = run(model, x, options)
        np.save(f"{folder}/{name}.x.npy", x.numpy())
        np.save(f"{folder}/{name}.y.npy", y)
        json.dump(options, open(f"{folder}/{name}.json", "w"))
    t = torch.arange(24.0).reshape(2, 3, 4)
    kinds = {str(d).split(".")[1]: (torch.randn(3, 2) * 50).to(d) for d in
             (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8)}
    kinds.update(uint8=torch.arange(7, dtype=torch.uint8), bool=torch.tensor([True, False, True]), number=torch.tensor(2.5), empty=torch.zeros(0, 4),
                 turned=t.permute(2, 0, 1), part=t[1, 1:, ::2], shared=t, repeated=torch.tensor([3.0]).expand(2, 5), overlapping=t.flatten().as_strided((4, 3), (2, 1), 1),
                 parameter=nn.Parameter(t[0]), special=torch.tensor([float("inf"), -float("inf"), -0.0, 1e-45]))
    torch.save(kinds, f"{folder}/kinds.pt")
    json.dump(described({k: v for k, v in kinds.items() if k != "special"}), open(f"{folder}/kinds.json", "w"))
    model = build(MODELS["gru"])
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randint(0, 9, (7, 3))).sum().backward()
    optimizer.step()
    state = {"module._orig_mod." + k: v for k, v in model.state_dict().items()}
    torch.save({"epoch": 7, "note": "x", "optimizer": optimizer.state_dict(), "model": {"state_dict": state, "more": [1, (2, None)]}, "history": [0.5, 0.25]}, f"{folder}/nested.pt")
    json.dump(described(state), open(f"{folder}/nested.json", "w"))
    torch.save(model, f"{folder}/whole.pt")
    torch.save(model.state_dict(), f"{folder}/legacy.pt", _use_new_zipfile_serialization=False)
    torch.jit.script(nn.Linear(2, 3)).save(f"{folder}/script.pt")


def read(path):
    data = open(path, "rb").read()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:end])
    header.pop("__metadata__", None)
    part = lambda a, b: data[end + a:end + b]
    return {name: torch.from_numpy(np.frombuffer(part(*i["data_offsets"]), {"F32": "<f4"}[i["dtype"]]).reshape(i["shape"]).copy()) for name, i in header.items()}


def load(folder):
    for name in sorted(f[:-5] for f in os.listdir(folder) if f.endswith(".json")):
        path = f"{folder}/{name}.safetensors"
        if name not in MODELS or not os.path.exists(path):
            continue
        options = json.load(open(f"{folder}/{name}.json"))
        if options["kind"].endswith("Cell"):
            options["kind"] = options["kind"][:-4]
        model, state = build(options), read(path)
        model.load_state_dict(state, strict=True)
        saved = torch.load(f"{folder}/{name}.pt")
        weights = max((state[k.replace("_ih", "_ih_l0").replace("_hh", "_hh_l0") if k not in state else k].double() - v.double()).abs().max().item() for k, v in saved.items())
        outputs = np.abs(run(model, torch.from_numpy(np.load(f"{folder}/{name}.x.npy")), options) - np.load(f"{folder}/{name}.y.npy")).max()
        print(name, weights, outputs)


{"save": save, "load": load}[sys.argv[1]](sys.argv[2])
