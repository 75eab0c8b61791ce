"""Small specs that the tests begin with."""

from __future__ import annotations

from typing import Any

TRIPS = "samples.nyctaxi.trips"


def trips(title: str = "Trips", description: str = "One row a trip", **more: Any) -> dict[str, Any]:
    """A space on the taxi trips with two columns, an instruction, a question and an example."""
    table = {
        "identifier": TRIPS,
        "description": description,
        "column_configs": [
            {"column_name": "fare_amount", "description": "The fare in dollars", "synonyms": ["price"]},
            {"column_name": "trip_distance", "description": "Miles"},
        ],
    }
    return {
        "title": title,
        "sample_questions": ["How many trips?", "What was the longest trip?"],
        "data_sources": {"tables": [table]},
        "instructions": {
            "text_instructions": ["Amounts are in dollars."],
            "example_question_sqls": [
                {"question": "How many trips?", "sql": f"SELECT count(*)\nFROM {TRIPS}\nWHERE fare_amount > 0\n"}
            ],
        },
        **more,
    }
