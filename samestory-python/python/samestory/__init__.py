"""Says which news articles tell the same story.

Copies and rewrites of one text form a *group*; independent reports of one event form a *story*. Every answer
carries a score and can be explained. All work is done by the library, in Rust; the same articles give the same
bytes from either.

Examples
--------
>>> import samestory
>>> articles = [
...     {"id": "a", "title": "Ferry aground off Marr", "text": "The Marr ferry Corrigan ran aground with 212 people on board."},
...     {"id": "b", "title": "Corrigan refloated", "text": "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks."},
...     {"id": "c", "title": "Cup final", "text": "Stannick won the cup with a late goal."},
... ]
>>> result = samestory.cluster(articles)
>>> result
<samestory.Clustering of 3 articles: 3 groups, 2 stories, 1 of several articles>
>>> print(str(result.explain("a", "b")).splitlines()[0])
same story, not the same text: mean log-odds with the story's other articles +8.94 and +8.94 (a join needs -1.59)
"""

from importlib.metadata import version

from samestory._native import *  # noqa: F403
from samestory._native import __all__ as __all__

__version__ = version("samestory")
