"""Scores of students."""

from collections.abc import Sequence
from statistics import fmean

LETTERS = ((90, "A"), (80, "B"), (70, "C"), (60, "D"))


def letter(score: float, limits: Sequence[tuple[float, str]] = LETTERS) -> str:
    """Return the letter of a score, ``F`` below all limits."""
    return next((grade for limit, grade in limits if score >= limit), "F")


class GradeBook:
    """Scores by student and subject."""

    def __init__(self) -> None:
        self._scores: dict[str, dict[str, list[float]]] = {}

    def record(self, student: str, subject: str, score: float) -> None:
        """Add a score from 0 to 100."""
        if not 0 <= score <= 100:
            raise ValueError(f"{score} is not a score from 0 to 100")
        self._scores.setdefault(student, {}).setdefault(subject, []).append(score)

    def average(self, student: str) -> float:
        """Return the mean of all scores of a student; an unknown one raises KeyError."""
        return fmean(score for scores in self._scores[student].values() for score in scores)

    def subject_average(self, subject: str) -> float:
        """Return the mean of all scores in a subject; an unknown one raises KeyError."""
        scores = [score for known in self._scores.values() for score in known.get(subject, [])]
        if not scores:
            raise KeyError(subject)
        return fmean(scores)

    def ranking(self) -> list[tuple[int, str, float]]:
        """Return rank, student and average, the best first; equal averages share a rank."""
        averages = [(self.average(student), student) for student in self._scores]
        averages.sort(key=lambda pair: (-pair[0], pair[1]))
        ranked = []
        for average, student in averages:
            rank = 1 + sum(other > average for other, _ in averages)
            ranked.append((rank, student, average))
        return ranked

    def report(self, student: str) -> dict[str, str]:
        """Return the letter of each subject of a student."""
        return {subject: letter(fmean(scores)) for subject, scores in self._scores[student].items()}
