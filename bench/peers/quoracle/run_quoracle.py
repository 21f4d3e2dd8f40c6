"""Solves problems with quoracle and says how long it took.

Reads {"problems": [...], "samples": n} on stdin, in the format of src/quorum/testdata/quoracle-cases.json, and prints one
JSON line a problem: {"id", "value", "wall_s": [...], "cpu_s": [...]}. CPU time is user and system time of this process and
of the solver processes it starts; imports are in neither. With --versions it prints what is installed, after checking that it can solve.
"""

import datetime
import importlib.metadata
import json
import platform
import resource
import shutil
import sys
import time

import pulp
import quoracle

if not pulp.PULP_CBC_CMD(msg=False).available() and shutil.which("cbc"):
    # Distributions strip the solver that pulp brings along; quoracle names that one, so the installed one takes its place.
    pulp.apis.PULP_CBC_CMD = pulp.COIN_CMD


def cpu_seconds():
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


def seconds(value):
    return datetime.timedelta(seconds=value)


def make_node(spec):
    given = {}
    if "read_capacity" in spec:
        given = {"read_capacity": spec["read_capacity"], "write_capacity": spec["write_capacity"]}
    if "latency_s" in spec:
        given["latency"] = seconds(spec["latency_s"])
    return quoracle.Node(spec["id"], **given)


def fraction_of(problem):
    fraction = problem["read_fraction"]
    return {float(key): weight for key, weight in fraction.items()} if isinstance(fraction, dict) else fraction


def solve(problem):
    """From text to the value of the objective."""
    nodes = [make_node(spec) for spec in problem["nodes"]]
    names = {node.x: node for node in nodes}
    query = problem["query"]
    objective = query.get("optimize", "load")
    goal = {"optimize": objective, "f": query.get("f", 0), "read_fraction": fraction_of(problem)}
    for limit in ("load_limit", "network_limit"):
        if limit in query:
            goal[limit] = query[limit]
    if "latency_limit" in query:
        goal["latency_limit"] = seconds(query["latency_limit"])
    try:
        if "search_resilience" in problem:
            _, strategy = quoracle.search(nodes=nodes, resilience=problem["search_resilience"], **goal)
        else:
            strategy = system_of(problem, names).strategy(**goal)
    except quoracle.NoStrategyFoundError:
        return None
    measures = {"load": strategy.load, "network": strategy.network_load, "latency": strategy.latency}
    value = measures[objective](read_fraction=goal["read_fraction"])
    return value.total_seconds() if isinstance(value, datetime.timedelta) else value


def system_of(problem, names):
    scope = {"__builtins__": {}, "choose": quoracle.choose, "majority": quoracle.majority, **names}
    sides = {side: eval(problem[side], scope) for side in ("reads", "writes") if problem.get(side)}
    return quoracle.QuorumSystem(**sides)


def measure(problem, samples):
    wall, cpu = [], []
    for _ in range(1 if "search_resilience" in problem else samples):
        start, before = time.perf_counter(), cpu_seconds()
        value = solve(problem)
        wall.append(time.perf_counter() - start)
        cpu.append(cpu_seconds() - before)
    return {"id": problem["id"], "value": value, "wall_s": wall, "cpu_s": cpu}


def main():
    check = {"id": "warm", "nodes": [{"id": x} for x in "abc"], "reads": "majority([a, b, c])", "read_fraction": 1, "query": {}}
    if abs(solve(check) - 2 / 3) > 1e-6:
        raise SystemExit("quoracle does not solve a majority of three")
    if "--versions" in sys.argv:
        versions = [f"{name} {importlib.metadata.version(name)}" for name in ("quoracle", "pulp")]
        print(", ".join([*versions, f"CPython {platform.python_version()}"]))
        return
    work = json.load(sys.stdin)
    for problem in work["problems"]:
        print(json.dumps(measure(problem, work["samples"])), flush=True)


main()
