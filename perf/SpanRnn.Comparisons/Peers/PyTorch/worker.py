"""PyTorch's side of the comparison: one JSON request per line on standard input, one JSON answer per line on standard output.

hello                                              -> version and settings
prepare  id, workload, data (file), tutorial?      -> ok
check    id, path                                  -> count of float32 written to path
run      id, iterations                            -> seconds, by the monotonic clock, around the loop alone
generate id, characters                            -> seconds (tutorial)
release  id                                        -> ok
Numbers of a workload come in one file: float32 arrays, then int32 arrays, in the order of WorkloadFile.cs.
"""

import gc
import json
import os
import resource
import sys

import torch

import inference
import training
import tutorial


def build(workload, data):
    mode = workload["mode"]
    if mode in ("Step", "Sequence"):
        return inference.Inference(workload, data)
    if mode == "TrainRecurrent":
        return training.RecurrentTraining(workload, data)
    if mode == "Tutorial":
        return tutorial.Tutorial(workload, data)
    return training.ModelTraining(workload, data)


def answer(request, tasks):
    op = request["op"]
    if op == "hello":
        torch.set_num_threads(request["threads"])
        torch.set_num_interop_threads(1)
        flush = torch.set_flush_denormal(True)
        torch.ones(64, 64) @ torch.ones(64, 64)  # a BLAS whose kernels this processor lacks ends the process here
        return {
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "flush_denormal": flush,
            "cpus": sorted(os.sched_getaffinity(0)),
        }
    if op == "rss":
        return {"peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
    if op == "prepare":
        tasks[request["id"]] = build(request["workload"], request["data"])
        gc.collect()
        return {"ok": True}
    task = tasks[request["id"]]
    if op == "check":
        values = task.check()
        values.tofile(request["path"])
        return {"count": int(values.size)}
    if op == "run":
        return task.run(request["iterations"])
    if op == "generate":
        return task.generate(request["characters"])
    if op == "release":
        del tasks[request["id"]], task
        gc.collect()
        return {"ok": True}
    raise ValueError(f"unknown request {op}")


def main():
    tasks = {}
    gc.disable()  # no collection in the middle of a measurement; it runs after prepare and release
    for line in sys.stdin:
        try:
            result = answer(json.loads(line), tasks)
        except Exception as failure:  # the parent decides what to do without this answer
            result = {"error": f"{type(failure).__name__}: {failure}"}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


main()
