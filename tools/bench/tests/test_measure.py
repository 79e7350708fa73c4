"""The bench's own tests: a yardstick that is wrong is worse than none."""

import socket
import sys
import unittest
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from measure import budgets, call, instructions, load, machine, picture  # noqa: E402


def answered(raw: bytes) -> tuple[int, bytes]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.close()
        return load.read_answer(ours)


class AnAnswer(unittest.TestCase):
    def test_is_read_by_its_length(self) -> None:
        self.assertEqual(answered(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), (200, b"abc"))

    def test_is_read_in_chunks(self) -> None:
        raw = b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"
        self.assertEqual(answered(raw), (404, b"abc"))

    def test_that_stops_in_the_middle_is_no_answer(self) -> None:
        with self.assertRaises(machine.BenchError):
            answered(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc")


class TheCall(unittest.TestCase):
    def test_says_its_own_length(self) -> None:
        head, body = call.request_bytes(80).split(b"\r\n\r\n")
        self.assertIn(f"Content-Length: {len(body)}".encode(), head)
        self.assertEqual(body.decode(), call.BODY)


class ABudget(unittest.TestCase):
    def test_is_met_at_its_limit_and_missed_beyond(self) -> None:
        most = budgets.Budget("x", "a.b", 0.9, "of nginx")
        least = budgets.Budget("x", "a.b", 1.0, "of nginx", at_least=True)
        for budget, value, passes in [(most, 0.9, True), (most, 0.91, False), (least, 1.0, True), (least, 0.99, False)]:
            self.assertEqual(budget.judge({"a": {"b": value}})["passes"], passes)

    def test_of_a_part_that_did_not_run_says_nothing(self) -> None:
        self.assertEqual(budgets.judged({"binary": {}}), [])


class ThePicture(unittest.TestCase):
    def test_is_well_formed_with_whatever_is_there(self) -> None:
        results = {"machine": {"cores": 2, "nginx": "nginx/1 <&>"}, "binary": {"bytes": 21e6}}
        results["instructions"] = {"nginx": 24_800, "patchbay": 11_000}
        for rows in ([], budgets.judged(results)):
            root = ElementTree.fromstring(picture.svg({**results, "budgets": rows}))
            self.assertTrue(root.tag.endswith("svg"))


class TheBaseline(unittest.TestCase):
    def test_has_the_margin_that_is_stated(self) -> None:
        baseline = instructions.read_baseline()
        if baseline is not None:
            self.assertEqual(baseline["margin"], instructions.MARGIN)
            self.assertGreater(baseline["instructionsPerRequest"], 0)


if __name__ == "__main__":
    unittest.main()
