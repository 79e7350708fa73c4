"""What must be reached, as data: a name, where the figure lies, and which side of the limit is the good one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    name: str
    path: str
    limit: float
    unit: str
    at_least: bool = False
    scale: float = 1.0

    def judge(self, results: dict) -> dict | None:
        """The row of the table, or nothing when the part was not run."""
        value = results
        for step in self.path.split("."):
            if not isinstance(value, dict) or step not in value:
                return None
            value = value[step]
        value = value * self.scale
        return {
            "name": self.name,
            "value": round(value, 3),
            "limit": self.limit,
            "unit": self.unit,
            "atLeast": self.at_least,
            "passes": value >= self.limit if self.at_least else value <= self.limit,
        }


BUDGETS = [
    Budget("CPU per request, one loop", "oneLoop.cpuRatio.median", 0.9, "of nginx"),
    Budget("CPU per request, two loops", "twoLoops.cpuRatio.median", 0.9, "of nginx"),
    Budget("requests per second, one loop", "oneLoop.requestsRatio.median", 1.0, "of nginx", at_least=True),
    Budget("requests per second, two loops", "twoLoops.requestsRatio.median", 1.0, "of nginx", at_least=True),
    Budget("latency added at one connection, p50", "latency.addedRatio.median", 1.0, "of nginx"),
    Budget("memory after load of 64 connections", "memory.patchbay.loadedKilobytes", 25.0, "MB", scale=1 / 1024),
    Budget("memory per idle connection", "memory.patchbay.kilobytesPerIdleConnection", 4.0, "kB"),
    Budget("memory with 10,000 quiet event streams", "streams.kilobytesWithStreams", 85.0, "MB", scale=1 / 1024),
    # Two measurements of the same p50 differ by about a tenth on a shared machine: below that nothing was touched.
    Budget("p50 of calls with 10,000 streams open", "streams.p50Ratio", 1.1, "of without"),
    Budget("start to first answer", "start.milliseconds.median", 100.0, "ms"),
    Budget("memory growth, 200,000 to 1,000,000 requests", "growth.grownKilobytes", 1.0, "MB", scale=1 / 1024),
    Budget("JSON scanner, 300 bytes", "json.messages.call.scannerRatio", 1.5, "of simdjson"),
    Budget("JSON scanner, 64 KB", "json.messages.list.scannerRatio", 1.5, "of simdjson"),
    Budget("size of the binary", "binary.bytes", 20.0, "MB", scale=1e-6),
]


def judged(results: dict) -> list[dict]:
    return [row for row in (budget.judge(results) for budget in BUDGETS) if row]


def table(rows: list[dict]) -> str:
    width = max(len(row["name"]) for row in rows)
    lines = []
    for row in rows:
        sign = "at least" if row["atLeast"] else "at most"
        verdict = "pass" if row["passes"] else "FAIL"
        lines.append(f"{verdict}  {row['name']:<{width}}  {row['value']:>9.2f} {row['unit']:<11}  {sign} {row['limit']:g}")
    return "\n".join(lines)
