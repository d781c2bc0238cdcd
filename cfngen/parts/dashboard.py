"""A dashboard: rows of graphs over the metrics of a region."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

WIDTH, HEIGHT, COLUMNS = 8, 6, 3

Row = tuple[str, str, Sequence[Sequence[str]]]
"""A graph: its title, its statistic, and its metrics as CloudWatch lists them (namespace, name, dimensions)."""


def body(graphs: Iterable[Row]) -> str:
    """Return a dashboard's body for `Sub`, three graphs to a row.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    return json.dumps({"widgets": [_graph(number, *graph) for number, graph in enumerate(graphs)]})


def _graph(number: int, title: str, statistic: str, metrics: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {
        "type": "metric",
        "x": number % COLUMNS * WIDTH,
        "y": number // COLUMNS * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "stat": statistic,
            "period": 60,
            "metrics": [list(metric) for metric in metrics],
        },
    }
